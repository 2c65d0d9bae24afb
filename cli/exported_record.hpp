#pragma once
// The lines of an export that are records, as far as they can be judged without those before them.

#include "ledger/record/acceptance.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/merkle.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::cli {

/// The longest line that is read; a record has at most half of that.
inline constexpr std::size_t kMaxExportLine = 8 << 20;

/// No organization has as many records; other verifiers read no larger numbers exactly.
inline constexpr ledger::Sequence kSequencesEnd = 1'000'000'000'000'000;

/// The bytes of the record that a line holds; empty if it holds none. They may be no record yet.
[[nodiscard]] std::optional<std::string> record_in_line(std::string_view line);

struct ExportedRecord {
    std::optional<ledger::ChainLink> link;  ///< Empty: it is no record, and has no hashes.
    ledger::Hash hash{};
    ledger::Hash leaf{};
    std::optional<ledger::Hash> subject;  ///< See ledger/record/subject.hpp.

    friend bool operator==(const ExportedRecord&, const ExportedRecord&) = default;
};

[[nodiscard]] ExportedRecord digest_line(std::string_view line);

/// Lines that follow one another. Several threads may digest pieces at once.
struct ExportedPiece {
    std::vector<ExportedRecord> records;
    /// Those over the records, if the first one's sequence is what it says.
    std::vector<ledger::Subtree> subtrees;

    /// The text is whole lines, the last of which may lack its line feed, behind one byte that is
    /// none of theirs. Overwrites that one and all line feeds.
    void digest(std::span<char> text);
};

}  // namespace consularia::cli
