#pragma once
// The report on an export as one HTML page for a person: no external resource, no script, made to
// be printed.

#include "cli/audit_heads.hpp"
#include "cli/export_summary.hpp"

#include <string>
#include <vector>

namespace consularia::cli {

struct Report {
    std::string verdict;  ///< As `audit verify` prints it.
    bool intact = false;
    std::string from;  ///< The period as it was asked for; empty: not limited.
    std::string to;
    std::uint64_t after = 0;       ///< The export begins behind this record.
    std::vector<AuditHead> heads;  ///< Those that were kept, by size.
};

[[nodiscard]] std::string report_page(const Report& report, const ExportSummary& summary);

}  // namespace consularia::cli
