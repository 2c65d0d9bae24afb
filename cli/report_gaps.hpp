#pragma once
// For how long events stood without a stamped head: the time in which they could have been
// rewritten.

#include "cli/audit_heads.hpp"
#include "cli/audit_stamps.hpp"
#include "cli/export_summary.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace consularia::cli {

/// A head that was stamped.
struct StampedHead {
    std::uint64_t size = 0;
    domain::Timestamp time{};
};

/// From the first of some events to the first stamp that counts them.
struct Gap {
    std::uint64_t first = 0;  ///< Sequences.
    std::uint64_t last = 0;
    domain::Timestamp begin{};
    domain::Timestamp end{};  ///< Without a stamp: the time of the last event, at least.
    bool stamped = false;

    [[nodiscard]] std::chrono::microseconds length() const { return end - begin; }
};

struct Gaps {
    std::vector<Gap> all;                ///< By sequence.
    std::chrono::microseconds total{0};  ///< The time that any of them covers.

    /// Empty without any.
    [[nodiscard]] std::optional<Gap> largest() const;
};

/// By size, each once, with the earliest of the stamps that count its records.
[[nodiscard]] std::vector<StampedHead> stamped_heads(
    const std::vector<AuditHead>& heads, const std::vector<AuditStamp>& stamps
);

/// To be called before the summary takes lines.
void remember_times(
    ExportSummary& summary, const std::vector<StampedHead>& stamped, std::uint64_t after
);

/// Those that lie in the period at least in part. `after` is where the export begins.
[[nodiscard]] Gaps find_gaps(
    const ExportSummary& summary,
    const std::vector<StampedHead>& stamped,
    std::uint64_t after,
    const Period& period
);

/// "1 d 2 h 3 min 4 s".
[[nodiscard]] std::string duration_text(std::chrono::microseconds length);

}  // namespace consularia::cli
