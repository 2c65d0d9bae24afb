#pragma once
// What the facts of a log look like to this binary: in which formats they were written, of which
// types they are, and which of them it reads.

#include "ledger/log/ledger.hpp"
#include "ledger/record/acceptance.hpp"
#include "ledger/record/reading.hpp"
#include "ledger/record/record_codec.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace consularia::ledger {

/// Some facts, in the order in which they came.
struct FactGroup {
    std::uint64_t facts = 0;
    /// The earliest and the latest time that could be read.
    std::optional<domain::Timestamp> from;
    std::optional<domain::Timestamp> to;
    /// Where the first one is.
    Partition partition = 0;
    Position position = 0;
    std::string why;  ///< Empty if it is known.
};

/// Takes the facts of a log, partition by partition.
class FormatCensus {
  public:
    using Formats = std::map<std::optional<WriteFormat>, FactGroup>;
    using Types = std::map<std::pair<std::string, Reading>, FactGroup>;

    /// `codec` outlives this.
    explicit FormatCensus(const RecordCodec& codec) : codec_(codec) {}

    void take(Partition partition, const LogEntry& fact);

    /// The facts that show a format (shown_format.hpp), and those that show none.
    [[nodiscard]] const Formats& formats() const { return formats_; }

    /// By the type's name, which is empty if it is missing or cannot be shown.
    [[nodiscard]] const Types& types() const { return types_; }

    [[nodiscard]] std::uint64_t count(Reading reading) const;

  private:
    const RecordCodec& codec_;
    Formats formats_;
    Types types_;
};

}  // namespace consularia::ledger
