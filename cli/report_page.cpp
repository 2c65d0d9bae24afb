#include "cli/report_page.hpp"

#include "cli/html.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace consularia::cli {

namespace {

constexpr std::string_view kBegin = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Audit report</title>
<style>
body { font: 1rem/1.5 sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1.5rem; overflow-wrap: anywhere; }
th, td { border-bottom: 1px solid #888; padding: .25rem .5rem; text-align: left; }
th { overflow-wrap: normal; }
p { overflow-wrap: anywhere; }
p.verdict { border: 3px solid; padding: 1rem; font-weight: bold; white-space: pre-line; }
@media print {
  body { margin: 0; max-width: none; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
</style>
<h1>Audit report</h1>
)";

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

std::string records(std::uint64_t first, std::uint64_t last) {
    return number(first) + " to " + number(last);
}

std::string summary_of_period(
    const Report& report, const ExportSummary& summary, const ReportSource& source
) {
    std::string html = "<p class=\"verdict\">" + escape_html(report.verdict) + "</p>\n";
    if (!summary.source().empty()) html += paragraph("Records of " + summary.source() + ".");
    html += paragraph(source.sentence);
    std::string period = report.from.empty() ? "from the beginning" : "from " + report.from;
    period += report.to.empty() ? " to the end" : " until " + report.to;
    period += ". " + number(summary.in_period()) + " of " + number(summary.records()) +
              " records are in it";
    if (summary.unreadable() != 0) {
        period += "; " + number(summary.unreadable()) + " cannot be read";
    }
    html += paragraph("Period: " + period + ".");
    if (report.intact) return html;
    return html + paragraph("What follows was counted in the export as it is, and is not proven.");
}

/// When the head was stamped, for people.
std::string stamps_of(const Report& report, const AuditHead& head) {
    std::string times;
    for (const auto& stamp : report.stamps) {
        if (stamp.digest != head.note) continue;
        times += (times.empty() ? "" : ", ") + domain::format(stamp.time);
    }
    return times.empty() ? "no stamp" : times;
}

/// What each head covers, and what none does.
std::string heads(const Report& report, const ExportSummary& summary) {
    HtmlTable table({"head", "records", "that happened", "stamped"});
    auto covered = report.after;
    const auto happened = [&](std::uint64_t last) {
        return summary.time_of(covered + 1) + " to " + summary.time_of(last);
    };
    const auto last = report.after + summary.records();
    for (const auto& head : report.heads) {
        const auto size = head.head.size;
        if (size <= covered) continue;
        table.add({head.label, records(covered + 1, size), happened(size), stamps_of(report, head)}
        );
        covered = size;
    }
    if (covered < last) table.add({"none", records(covered + 1, last), happened(last), ""});
    auto html = heading("Kept heads") + table.or_else("There are no records.") +
                paragraph(
                    "Records without a kept head are proven by the head at the end of the export "
                    "alone, which the operator made when it was exported."
                );
    if (report.unchecked_stamps == 0) return html;
    return html + paragraph(
                      number(report.unchecked_stamps) +
                      " stamps beside the heads were not checked, because --tsa-ca was not given, "
                      "and count for nothing here."
                  );
}

std::string gaps(const Report& report) {
    HtmlTable table({"records", "from the first event", "until it was stamped", "gap"});
    constexpr std::size_t kMaxShown = 1000;
    for (const auto& gap :
         std::span(report.gaps.all).first(std::min(report.gaps.all.size(), kMaxShown))) {
        const auto length = duration_text(gap.length());
        table.add(
            {records(gap.first, gap.last),
             domain::format(gap.begin),
             gap.stamped ? domain::format(gap.end) : "not stamped",
             gap.stamped ? length : "at least " + length}
        );
    }
    auto html = heading("Gaps") +
                paragraph(
                    "A gap is the time between an event and the first time stamp of a head that "
                    "counts it. In that time the event could have been rewritten by who has the "
                    "keys, unless a head left the house before."
                ) +
                table.or_else("There is no gap in the period.");
    const auto largest = report.gaps.largest();
    if (!largest) return html;
    const auto count = report.gaps.all.size();
    html += paragraph(
        "The largest is " + duration_text(largest->length()) + " (records " +
        records(largest->first, largest->last) + "). All " + number(count) + " together cover " +
        duration_text(report.gaps.total) + "."
    );
    if (count <= kMaxShown) return html;
    return html + paragraph("Only the first " + number(kMaxShown) + " are listed.");
}

std::string counts(const ExportSummary& summary) {
    HtmlTable types({"type", "events"});
    for (const auto& [type, count] : summary.types()) types.add({type, number(count)});
    HtmlTable actors({"actor", "name", "events"});
    for (const auto& [actor, count] : summary.actors()) {
        actors.add({actor, summary.name_of(actor), number(count)});
    }
    constexpr std::string_view kNone = "There are no events in the period.";
    return heading("Events by type") + types.or_else(kNone) + heading("Events by actor") +
           actors.or_else(kNone);
}

std::string token_changes(const ExportSummary& summary) {
    HtmlTable table({"record", "time", "what happened", "token", "by"});
    for (const auto& change : summary.token_changes()) {
        table.add({number(change.sequence), change.time, change.type, change.token, change.actor});
    }
    auto html = heading("Tokens") + table.or_else("No token was issued or revoked in the period.");
    const bool all = summary.token_changes().size() < ExportSummary::kMaxChanges;
    return all ? html : html + paragraph("There may be more.");
}

std::string signature(const Report& report) {
    if (!report.signed_beside) return paragraph("This page is not signed.");
    return paragraph(
        "This page is signed by the audit key of its operator, in the file of the same name with "
        ".note at its end: `consularia audit verify-report PAGE --key KEY` checks it."
    );
}

}  // namespace

std::string report_page(
    const Report& report, const ExportSummary& summary, const ReportSource& source
) {
    return std::string(kBegin) + summary_of_period(report, summary, source) +
           heads(report, summary) + gaps(report) + counts(summary) + token_changes(summary) +
           operation_sections(report, summary, source) + heading("Signature") + signature(report) +
           "</html>\n";
}

}  // namespace consularia::cli
