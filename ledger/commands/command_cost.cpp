#include "ledger/commands/command_cost.hpp"

#include <variant>

namespace consularia::ledger {

std::size_t estimate_bytes(const Submission& submission) {
    constexpr std::size_t kEnvelopeBytes = 600;  // measured on ordinary records
    std::size_t bytes = kEnvelopeBytes + submission.request.shown.size();
    if (submission.idempotency) bytes += submission.idempotency->key.sent.size();
    return bytes + std::visit(
                       []<class Command>(const Command& command) {
                           return KindOf<Command>::bytes_of(command);
                       },
                       submission.command
                   );
}

}  // namespace consularia::ledger
