#pragma once
// What the record codec returns for a record that this binary does not know.

#include <string>

namespace consularia::ledger {

/// Why a fact cannot be applied by this binary, as one sentence without personal data.
struct Unreadable {
    std::string why;
};

}  // namespace consularia::ledger
