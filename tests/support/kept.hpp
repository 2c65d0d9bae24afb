#pragma once
// What a verdict or an answer holds of the state that a command led to.

#include "ledger/commands/command.hpp"

#include <any>
#include <string>
#include <variant>

namespace consularia::test {

/// Absent if the state was not wanted.
template <class Answer>
[[nodiscard]] domain::Appointment appointment_in(const Answer& answer) {
    return answer.state ? std::get<domain::Appointment>(*answer.state) : domain::Absent{};
}

/// Empty if the rendering was not wanted.
template <class Answer>
[[nodiscard]] std::string document_in(const Answer& answer) {
    const auto* const document = std::any_cast<std::string>(&answer.rendering);
    return document == nullptr ? std::string() : *document;
}

}  // namespace consularia::test
