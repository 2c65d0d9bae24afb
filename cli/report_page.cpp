#include "cli/report_page.hpp"

#include <initializer_list>
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
p.verdict { border: 3px solid; padding: 1rem; font-weight: bold; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
</style>
<h1>Audit report</h1>
)";

std::string escape(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '&') {
            escaped += "&amp;";
        } else if (c == '<') {
            escaped += "&lt;";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

class Table {
  public:
    Table(std::string_view title, std::initializer_list<std::string_view> columns) {
        html_ = "<h2>" + escape(title) + "</h2>\n<table>\n<tr>";
        for (const auto column : columns) html_ += "<th scope=\"col\">" + escape(column) + "</th>";
        html_ += "</tr>\n";
    }

    void add(std::initializer_list<std::string_view> cells) {
        html_ += "<tr>";
        for (const auto cell : cells) html_ += "<td>" + escape(cell) + "</td>";
        html_ += "</tr>\n";
    }

    [[nodiscard]] std::string end() const { return html_ + "</table>\n"; }

  private:
    std::string html_;
};

std::string summary_of_period(const Report& report, const ExportSummary& summary) {
    std::string html = "<p class=\"verdict\">" + escape(report.verdict) + "</p>\n<p>Period: ";
    html += (report.from.empty() ? "from the beginning" : "from " + escape(report.from)) + " ";
    html += report.to.empty() ? "to the end" : "until " + escape(report.to);
    html += ". " + number(summary.in_period()) + " of " + number(summary.records()) +
            " records are in it";
    if (summary.unreadable() != 0) {
        html += "; " + number(summary.unreadable()) + " cannot be read";
    }
    html += report.intact ? ".</p>\n"
                          : ".</p>\n<p>What follows was counted in the export as it is, and is not "
                            "proven.</p>\n";
    return html;
}

/// What each head covers, and what none does.
std::string heads(const Report& report, const ExportSummary& summary) {
    Table table("Kept heads", {"head", "records", "that happened"});
    auto covered = report.after;
    const auto happened = [&](std::uint64_t last) {
        return summary.time_of(covered + 1) + " to " + summary.time_of(last);
    };
    const auto last = report.after + summary.records();
    for (const auto& [label, head, note] : report.heads) {
        if (head.size <= covered) continue;
        table.add({label, number(covered + 1) + " to " + number(head.size), happened(head.size)});
        covered = head.size;
    }
    if (covered < last) {
        table.add({"none", number(covered + 1) + " to " + number(last), happened(last)});
    }
    return table.end() +
           "<p>Records without a kept head are proven by the head at the end of the export alone, "
           "which the operator made when it was exported.</p>\n";
}

std::string counts(const ExportSummary& summary) {
    Table types("Events by type", {"type", "events"});
    for (const auto& [type, count] : summary.types()) types.add({type, number(count)});
    Table actors("Events by actor", {"actor", "name", "events"});
    for (const auto& [actor, count] : summary.actors()) {
        actors.add({actor, summary.name_of(actor), number(count)});
    }
    return types.end() + actors.end();
}

std::string token_changes(const ExportSummary& summary) {
    Table table("Tokens", {"record", "time", "what happened", "token", "by"});
    for (const auto& change : summary.token_changes()) {
        table.add({number(change.sequence), change.time, change.type, change.token, change.actor});
    }
    const bool all = summary.token_changes().size() < ExportSummary::kMaxChanges;
    return table.end() + (all ? "" : "<p>There may be more.</p>\n");
}

}  // namespace

std::string report_page(const Report& report, const ExportSummary& summary) {
    return std::string(kBegin) + summary_of_period(report, summary) + heads(report, summary) +
           counts(summary) + token_changes(summary) + "</html>\n";
}

}  // namespace consularia::cli
