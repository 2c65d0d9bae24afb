#pragma once
// The problem that a reader of a record's members has found.

#include <string>

namespace consularia::ledger {

/// Why a fact cannot be applied by this binary, as one sentence without personal data.
struct Unreadable {
    std::string why;
};

}  // namespace consularia::ledger
