#pragma once
// The report on an export as one HTML page for a person: no external resource, no script, made to
// be printed. What is not known is said in words. The same input makes the same page.

#include "cli/audit_heads.hpp"
#include "cli/audit_stamps.hpp"
#include "cli/export_summary.hpp"
#include "cli/report_gaps.hpp"
#include "cli/report_source.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace consularia::cli {

struct Report {
    std::string verdict;  ///< As `audit verify` prints it.
    bool intact = false;
    std::string from;  ///< The period as it was asked for; empty: not limited.
    std::string to;
    std::uint64_t after = 0;         ///< The export begins behind this record.
    std::vector<AuditHead> heads;    ///< Those that were kept, by size.
    std::vector<AuditStamp> stamps;  ///< Those that were checked.
    std::size_t unchecked_stamps = 0;
    Gaps gaps;
    std::vector<std::string> keys;  ///< That the heads were verified with.
    bool keys_of_server = false;    ///< Nobody named them: they are the server's own.
    bool signed_beside = false;     ///< The page gets a signature.
};

[[nodiscard]] std::string report_page(
    const Report& report, const ExportSummary& summary, const ReportSource& source
);

/// The part about what the operator did: keys, restores, void records, facts that are not known.
[[nodiscard]] std::string operation_sections(
    const Report& report, const ExportSummary& summary, const ReportSource& source
);

}  // namespace consularia::cli
