#include "ledger/log/checkpoint.hpp"

#include "ledger/log/storage_error.hpp"

#include <charconv>
#include <system_error>

namespace consularia::ledger {

namespace {

[[noreturn]] void checkpoint_is_damaged() {
    throw StorageError("A store is damaged: its checkpoint has another form.");
}

}  // namespace

std::string encode_checkpoint(const Checkpoint& checkpoint) {
    return std::to_string(checkpoint.next) + ' ' + to_hex(checkpoint.last_hash) + ' ' +
           checkpoint.ledger_identity;
}

Checkpoint decode_checkpoint(std::string_view text) {
    Checkpoint checkpoint;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, checkpoint.next);
    constexpr std::size_t kHexDigits = 64;
    const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
    if (error != std::errc() || rest.size() < kHexDigits + 2) checkpoint_is_damaged();
    const auto hash = parse_hash(rest.substr(1, kHexDigits));
    if (rest.front() != ' ' || !hash || rest[kHexDigits + 1] != ' ') checkpoint_is_damaged();
    checkpoint.last_hash = *hash;
    checkpoint.ledger_identity = rest.substr(kHexDigits + 2);
    return checkpoint;
}

}  // namespace consularia::ledger
