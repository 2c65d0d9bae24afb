#pragma once
// How far a reader has got in a partition's log, and what it read last: the witness of what that
// log must contain.

#include "ledger/log/ledger.hpp"
#include "ledger/record/hash.hpp"

#include <string>
#include <string_view>

namespace consularia::ledger {

struct Checkpoint {
    std::string ledger_identity;
    Position next = 0;  ///< The position after the last record read.
    Hash last_hash{};   ///< SHA-256 of that record's value; zero when next is 0.

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// As text: `<next> <last hash> <ledger identity>`. Every version of a store has this form.
[[nodiscard]] std::string encode_checkpoint(const Checkpoint& checkpoint);
/// Throws StorageError if the text has another form.
[[nodiscard]] Checkpoint decode_checkpoint(std::string_view text);

}  // namespace consularia::ledger
