#pragma once
// What handlers work with, created once by node/.

#include "api/audit_heads.hpp"
#include "api/bodies/read_body.hpp"
#include "api/bodies/webhook_requests.hpp"
#include "api/request.hpp"
#include "api/response.hpp"
#include "domain/appointment/appointment.hpp"
#include "domain/ids.hpp"
#include "journal/journal.hpp"
#include "ledger/commands/state_store.hpp"
#include "ledger/log/clock.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/record_codec.hpp"
#include "projections/appointment_filter.hpp"
#include "projections/links.hpp"
#include "projections/read_store.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api {

class Followers;
class HistoryTrees;
class KeptLists;
class PastStores;
class Rates;
class UsedTickets;
class WebhookDeliveries;

/// Configuration and ports of the API. Immutable and thread-safe once the server runs.
struct Service {
    std::string prefix = "/api/v1";         ///< Starts with a slash, ends without; may be empty.
    std::optional<std::string> public_url;  ///< If configured; no slash at the end.
    std::chrono::milliseconds command_deadline = ledger::kCommandDeadline;
    std::chrono::microseconds idempotency_ttl = ledger::kIdempotencyTtl;
    std::size_t max_body_values = kMaxBodyValues;
    std::size_t piece_bytes = 256 * 1024;  ///< Larger answers are produced and written in pieces.
    /// The rows that a list may read to sort them, and that a page by cursor may look at.
    std::size_t list_rows = projections::kDefaultListRows;

    const projections::ReadStore* store = nullptr;
    journal::Journal* journal = nullptr;
    const ledger::RecordCodec* codec = nullptr;
    const projections::Links* links = nullptr;
    const ledger::Clock* clock = nullptr;

    const Rates* rates = nullptr;
    KeptLists* kept_lists = nullptr;
    PastStores* past_stores = nullptr;
    HistoryTrees* histories = nullptr;  ///< Null: there are no proofs of histories.
    Followers* followers = nullptr;
    UsedTickets* used_tickets = nullptr;
    WebhookDeliveries* webhook_deliveries = nullptr;  ///< Null: nothing is delivered here.

    /// Records the use of an auditor's token, about to be answered with this status. The failure
    /// takes the answer's place if it cannot be recorded.
    std::function<std::optional<Failure>(const Request&, const Trace&, int status)> record_access =
        [](const Request&, const Trace&, int) { return std::nullopt; };

    /// UUID version 7.
    std::function<domain::UuidBytes()> new_id;
    /// At least 160 random bits, URL-safe.
    std::function<std::string()> new_secret;
    /// Constant time.
    std::function<bool(std::string_view)> is_admin_key;
    /// HMAC-SHA-256 with the request key.
    std::function<ledger::Hash(std::string_view)> hash_request;
    /// What a webhook's deliveries are signed with: `whsec_…`.
    std::function<std::string(domain::OrganizationId, domain::WebhookId, domain::SecretGeneration)>
        webhook_secret;
    WebhookUrlRules webhook_urls;
    /// How long the secret before the present one signs too.
    std::chrono::seconds webhook_secret_grace = std::chrono::hours(24);
    /// How long before the start an access link admits its participant.
    std::chrono::seconds join_opens_before = std::chrono::minutes(15);
    /// Joining again within this time is the same join.
    std::chrono::seconds join_repeat = std::chrono::minutes(1);
    /// The meeting's URL for a participant of an appointment. Empty: no meeting service.
    std::function<
        std::string(domain::OrganizationId, const domain::Details&, const domain::Participant&)>
        meeting_url;
    /// Scheme, host and port of every meeting_url.
    std::string meeting_origin;

    /// What is published of the keys that sign the heads of an organization.
    std::function<std::vector<AuditKey>(domain::OrganizationId)> audit_keys;
    /// The head as a signed note; empty if no key is valid.
    std::function<std::optional<std::string>(domain::OrganizationId, const TreeHead&)> sign_head;

    /// The moment that is served instead of the present: nothing can be written, and access links
    /// are closed.
    std::optional<std::string> replayed_moment;

    /// False during a start that has not taken long yet: requests wait for it then.
    std::function<bool()> started = [] { return true; };
    /// Whether there is data to read. If not, not_ready() says why.
    std::function<bool()> open = [] { return true; };
    /// Empty if ready, otherwise the reason.
    std::function<std::optional<std::string>()> not_ready;
    /// Failures that do not make the node unready, since no other node could avoid them.
    std::function<std::vector<std::string>()> degraded = [] { return std::vector<std::string>(); };

    /// Whether the applied data of the organization was the newest recently enough.
    std::function<bool(domain::OrganizationId)> fresh_enough = [](auto) { return true; };

    template <class IdType>
    [[nodiscard]] IdType fresh_id() const {
        return IdType{new_id()};
    }
};

}  // namespace consularia::api
