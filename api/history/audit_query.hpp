#pragma once
// What an auditor wants of an organization's events (docs/api.md, Audit).

#include "api/bodies/errors.hpp"
#include "api/history/moment.hpp"
#include "api/paging.hpp"
#include "domain/ids.hpp"
#include "projections/history.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api {

[[nodiscard]] std::string_view kind_of(const ledger::Actor& actor);
/// A token's or a participant's; empty for other kinds.
[[nodiscard]] std::optional<domain::UuidBytes> id_of(const ledger::Actor& actor);

/// Actors of one kind, or with one id.
struct ActorFilter {
    std::string kind;
    std::optional<domain::UuidBytes> id;

    [[nodiscard]] bool selects(const ledger::Actor& actor) const;
};

struct AuditQuery {
    std::optional<ActorFilter> actor;
    std::vector<std::string> types;  ///< Empty: all.
    std::optional<domain::AppointmentId> appointment;
    std::optional<domain::ParticipantId> participant;  ///< As the actor, or whom it concerns.
    std::optional<Moment> from;                        ///< Inclusive, as `to`.
    std::optional<Moment> to;
    bool newest_first = false;
    std::optional<ledger::Sequence> cursor;  ///< The last sequence that was examined.
    std::size_t size = kDefaultPageSize;

    /// Whether every event within the bounds, of the appointment if there is one, is selected.
    [[nodiscard]] bool selects_all() const { return !actor && types.empty() && !participant; }

    /// Looks at everything but the bounds and the appointment.
    [[nodiscard]] bool selects(const projections::PastFact& fact) const;
};

/// `ordering`: whether the newest is wanted first.
[[nodiscard]] tl::expected<bool, Errors> read_newest_first(const Query& query);

[[nodiscard]] tl::expected<AuditQuery, Errors> read_audit_query(const Query& query);

}  // namespace consularia::api
