#pragma once
// What this binary can read of a log. A record outside of it freezes its organization (docs/
// architecture.md, Errors), and a binary that reads more can apply what an older one could not.
// So whatever remembers that a record was unreadable also remembers this.

#include <string>
#include <vector>

namespace consularia::ledger {

class RecordCodec;

/// Every type of event, everything that has a version, every stored limit, the kinds of actors, the
/// formats of records and what is skipped, as sorted lines. Binaries with the same lines read the
/// same records. A line that ends with "up to" and a number stands for everything up to it.
[[nodiscard]] std::vector<std::string> vocabulary();

/// Without the types of events that the codec does not know.
[[nodiscard]] std::vector<std::string> vocabulary_of(const RecordCodec& codec);

/// A short hash of the lines.
[[nodiscard]] std::string fingerprint_of(const std::vector<std::string>& vocabulary);

/// Whether a binary with `vocabulary` reads every record that one with `other` reads.
[[nodiscard]] bool covers(
    const std::vector<std::string>& vocabulary, const std::vector<std::string>& other
);

}  // namespace consularia::ledger
