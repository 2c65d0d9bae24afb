#pragma once
// What this binary can read of a log. A record outside of it freezes its organization (docs/
// architecture.md, Errors), and a binary that reads more can apply what an older one could not.
// So whatever remembers that a record was unreadable also remembers this.

#include <string>
#include <vector>

namespace consularia::ledger {

/// Every type of event, everything that has a version, every stored limit, the kinds of actors and
/// the formats of records, as sorted lines. Binaries with the same lines read the same
/// records.
[[nodiscard]] std::vector<std::string> vocabulary();

/// A short hash of the lines.
[[nodiscard]] std::string fingerprint_of(const std::vector<std::string>& vocabulary);

}  // namespace consularia::ledger
