#pragma once
// What a record is about, as auditors' proofs name it: by a hash, so that a proof about one subject
// shows no other.

#include "ledger/record/acceptance.hpp"
#include "ledger/record/hash.hpp"

#include <optional>
#include <string_view>

namespace consularia::ledger {

struct LinkAndSubject {
    std::optional<ChainLink> link;  ///< What read_chain_link() returns.
    /// The SHA-256 of the attribute `subject`. Empty if that is no string, or has no characters:
    /// then the record belongs to no history.
    std::optional<Hash> subject;
};

/// Whatever the record's type is, known or not.
[[nodiscard]] LinkAndSubject read_link_and_subject(std::string_view value);

}  // namespace consularia::ledger
