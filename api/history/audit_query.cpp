#include "api/history/audit_query.hpp"

#include "api/bodies/sentences.hpp"
#include "api/history/changes.hpp"
#include "api/lists.hpp"
#include "base/overloaded.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace consularia::api {

namespace {

constexpr std::array<std::string_view, 4> kKinds{"admin", "token", "participant", "system"};

/// Reads the parameters and collects what is wrong with them.
class Parameters {
  public:
    explicit Parameters(const Query& query) : query_(query) {}

    [[nodiscard]] std::string text(const std::string& name) const {
        return query_.last(name).value_or("");
    }

    template <class Id>
    std::optional<Id> id(const std::string& name) {
        const auto given = text(name);
        const auto found = Id::parse(given);
        if (!given.empty() && !found) refuse(name, std::string(kNotAUuid));
        return found;
    }

    std::optional<Moment> moment(const std::string& name) {
        const auto given = text(name);
        if (given.empty()) return std::nullopt;
        const auto found = read_moment(given);
        if (!found) refuse(name, std::string(kNotAMoment));
        return found;
    }

    std::optional<ledger::Sequence> sequence(const std::string& name) {
        const auto given = text(name);
        if (given.empty()) return std::nullopt;
        const auto found = parse_number(given);
        if (!found) refuse(name, std::string(kNotAnInteger));
        return found;
    }

    std::optional<ActorFilter> actor() {
        const auto given = text("actor");
        if (given.empty()) return std::nullopt;
        if (std::ranges::find(kKinds, given) != kKinds.end()) return ActorFilter{given, {}};
        if (const auto id = domain::TokenId::parse(given)) return ActorFilter{{}, id->bytes};
        refuse("actor", not_a_choice(given));
        return std::nullopt;
    }

    void refuse(const std::string& name, std::string sentence) {
        errors_.add(name, Errors::sentence(std::move(sentence)));
    }

    [[nodiscard]] const Errors& errors() const { return errors_; }

  private:
    const Query& query_;
    Errors errors_;
};

}  // namespace

std::string_view kind_of(const ledger::Actor& actor) {
    return std::visit(
        Overloaded{
            [](const ledger::AdminActor&) { return kKinds[0]; },
            [](const ledger::TokenActor&) { return kKinds[1]; },
            [](const ledger::ParticipantActor&) { return kKinds[2]; },
            [](const ledger::SystemActor&) { return kKinds[3]; },
        },
        actor
    );
}

std::optional<domain::UuidBytes> id_of(const ledger::Actor& actor) {
    using Id = std::optional<domain::UuidBytes>;
    return std::visit(
        Overloaded{
            [](const ledger::AdminActor&) { return Id(); },
            [](const ledger::TokenActor& of) { return Id(of.token.bytes); },
            [](const ledger::ParticipantActor& of) { return Id(of.participant.bytes); },
            [](const ledger::SystemActor&) { return Id(); },
        },
        actor
    );
}

bool ActorFilter::selects(const ledger::Actor& actor) const {
    return id ? id_of(actor) == id : kind_of(actor) == kind;
}

bool AuditQuery::selects(const projections::PastFact& fact) const {
    if (actor && !actor->selects(fact.envelope.actor)) return false;
    if (!types.empty() && std::ranges::find(types, fact.type) == types.end()) return false;
    if (!participant) return true;
    const ledger::Actor as_actor = ledger::ParticipantActor{*participant};
    return fact.envelope.actor == as_actor || (fact.event && concerns(*fact.event, *participant));
}

tl::expected<bool, Errors> read_newest_first(const Query& query) {
    const auto text = query.last("ordering").value_or("");
    if (text.empty() || text == "sequence") return false;
    if (text == "-sequence") return true;
    return tl::unexpected(Errors::of_field("ordering", Errors::sentence(not_a_choice(text))));
}

tl::expected<AuditQuery, Errors> read_audit_query(const Query& query) {
    Parameters parameters(query);
    AuditQuery wanted;
    wanted.actor = parameters.actor();
    const auto types = parameters.text("type");
    for_each_part(types, ',', [&](std::string_view type) { wanted.types.emplace_back(type); });
    wanted.appointment = parameters.id<domain::AppointmentId>("appointment");
    wanted.participant = parameters.id<domain::ParticipantId>("participant");
    wanted.from = parameters.moment("from");
    wanted.to = parameters.moment("to");
    wanted.cursor = parameters.sequence("cursor");
    const auto newest_first = read_newest_first(query);
    wanted.newest_first = newest_first.value_or(false);
    if (!newest_first) parameters.refuse("ordering", not_a_choice(parameters.text("ordering")));
    if (const auto size = parse_number(parameters.text("page_size")).value_or(0); size > 0) {
        wanted.size = std::min(size, kMaxPageSize);
    }
    if (!parameters.errors().empty()) return tl::unexpected(parameters.errors());
    return wanted;
}

}  // namespace consularia::api
