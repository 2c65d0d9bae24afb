#pragma once
// What the answers of several handlers of /audit/ and of proofs are made of.

#include "api/audit_heads.hpp"
#include "api/call.hpp"
#include "api/history/history_trees.hpp"
#include "api/response.hpp"
#include "api/step.hpp"
#include "base/json_writer.hpp"
#include "journal/tree.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api {

[[nodiscard]] Failure no_audit_key();
[[nodiscard]] Failure tree_is_behind();

/// Precondition: the journal's tree has the fact.
[[nodiscard]] std::string record_of(
    const journal::Journal& journal, domain::OrganizationId organization, ledger::Sequence sequence
);
[[nodiscard]] std::string record_of(const Call& call, ledger::Sequence sequence);

[[nodiscard]] journal::Tree tree_of(const Call& call);

/// Precondition: the tree has this size.
[[nodiscard]] TreeHead head_at(const Call& call, const journal::Tree& tree, ledger::Sequence size);

/// Ends the object.
[[nodiscard]] Response json_answer(const Call& call, JsonWriter json);

void write_number(JsonWriter& json, std::string_view name, std::uint64_t number);

/// Answers at once if the number, which `what` names, is not ahead of the head; otherwise once the
/// newest data says that it is.
[[nodiscard]] Step when_known(
    CallPtr call,
    std::string what,
    ledger::Sequence asked,
    std::function<Step(const CallPtr&)> answer
);

/// Answers with histories that have at least what the call sees: they may have more. Without any if
/// they are not brought up within this time.
[[nodiscard]] Step with_histories(
    CallPtr call,
    std::chrono::milliseconds wait,
    std::function<Step(const CallPtr&, const std::optional<HistoryTree>&)> answer
);

}  // namespace consularia::api
