#include "ledger/record/record.hpp"

#include "base/overloaded.hpp"

namespace consularia::ledger {

std::string to_string(const Actor& actor) {
    return std::visit(
        Overloaded{
            [](const AdminActor&) { return std::string("admin"); },
            [](const TokenActor& of) { return "tokens/" + of.token.to_string(); },
            [](const ParticipantActor& of) { return "participants/" + of.participant.to_string(); },
            [](const SystemActor& of) { return "system/" + of.name; },
        },
        actor
    );
}

std::string remembered_name(const Actor& actor, std::string_view stored_key) {
    const std::string_view space = std::holds_alternative<AdminActor>(actor) ? "admin " : "";
    return std::string(space) += stored_key;
}

std::array<std::string, 2> remembered_names(const Actor& actor, const KeyForms& key) {
    return {remembered_name(actor, key.hashed), remembered_name(actor, key.sent)};
}

std::string_view type_of(const RecordEvent& event) {
    return std::visit([](const auto& of) { return type_of(of.event); }, event);
}

}  // namespace consularia::ledger
