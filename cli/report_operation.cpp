// The part of a report about what the operator did, which a file alone does not say.

#include "cli/html.hpp"
#include "cli/report_page.hpp"

#include <algorithm>
#include <string_view>

namespace consularia::cli {

namespace {

constexpr std::string_view kOnTheMachine =
    " `consularia audit report --organization ID --data-dir DIR`, on the machine with the data, "
    "says "
    "it.";

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

std::string unknown_here(std::string_view what) {
    return paragraph(std::string(what) + std::string(kOnTheMachine));
}

/// How many of the kept heads the key signed.
std::string heads_of(const Report& report, const std::string& key) {
    const auto found = std::ranges::find(report.keys, key);
    if (found == report.keys.end()) return "0";
    const auto index = static_cast<std::size_t>(found - report.keys.begin());
    return number(
        static_cast<std::uint64_t>(std::ranges::count(report.heads, index, &AuditHead::key))
    );
}

std::string keys(const Report& report, const ReportSource& source) {
    HtmlTable table({"verifier key", "signs from", "until", "kept heads"});
    if (source.keys) {
        for (const auto& key : *source.keys) {
            table.add(
                {key.verifier_key,
                 key.valid_from,
                 key.valid_to.empty() ? "now" : key.valid_to,
                 heads_of(report, key.verifier_key)}
            );
        }
    } else {
        for (const auto& key : report.keys) {
            table.add({key, "not known", "not known", heads_of(report, key)});
        }
    }
    auto html = heading("Audit keys") + table.or_else("The server has no audit key.");
    if (!source.keys) {
        html += unknown_here(
            "These are the keys that were given. An export does not say when keys were replaced; "
            "`/api/v1/audit/keys/` of the server does."
        );
    } else {
        const auto changes = source.keys->empty() ? 0 : source.keys->size() - 1;
        html += paragraph("The key was changed " + number(changes) + " times.");
    }
    if (!report.keys_of_server) return html;
    return html + paragraph(
                      "Nobody named the keys to verify with: they are what the operator publishes. "
                      "Compare them with the operator by another way."
                  );
}

std::string restores(const ReportSource& source) {
    auto html = heading("Restores");
    if (!source.restores) return html + paragraph(source.no_restores);
    HtmlTable table({"time", "backup", "reaches to position", "before it", "reason"});
    for (const auto& restore : *source.restores) {
        table.add(
            {restore.time,
             restore.backup,
             restore.end,
             restore.replaced_end.empty() ? "nothing was there" : restore.replaced_end,
             restore.reason.empty() ? "none was given" : restore.reason}
        );
    }
    return html + table.or_else("This data directory was never restored from a backup.") +
           paragraph(
               "This is what the data directory remembers of all organizations' records; who can "
               "write to it can remove it."
           );
}

std::string unknown_facts(const ExportSummary& summary) {
    const auto& unknown = summary.unknown();
    auto html = heading("Frozen facts");
    if (unknown.count == 0) {
        html += paragraph(
            "This version knows the events of all records, so none of them freezes the "
            "organization."
        );
    } else {
        html += paragraph(
            "This version does not know the events of " + number(unknown.count) +
            " records. A server of this version freezes the organization at record " +
            number(unknown.first) + ". " + unknown.why
        );
    }
    if (unknown.skippable > 0) {
        html += paragraph(
            number(unknown.skippable) +
            " more records have events that this version does not "
            "know and may skip: they change no appointment."
        );
    }
    return html + paragraph(
                      "What else a server cannot apply it counts in "
                      "`consularia_frozen_records_total`; that is not known here."
                  );
}

std::string voids(const ReportSource& source) {
    auto html = heading("Void records");
    if (!source.voids) {
        return html + unknown_here(
                          "An export has facts alone. How many records of the log were void, "
                          "because they did not continue the chain, is not known here."
                      );
    }
    const auto& known = *source.voids;
    html += paragraph(
        number(known.count) +
        " records of this organization in the log are void: they do not "
        "continue its chain, and change nothing."
    );
    HtmlTable table({"where"});
    for (const auto& place : known.shown) table.add({place});
    if (known.count > 0) html += table.or_else("");
    if (known.faults == 0) return html + paragraph("Nothing in the log breaks the chain.");
    HtmlTable faults({"what breaks the chain"});
    for (const auto& what : known.whats) faults.add({what});
    return html + paragraph(number(known.faults) + " places break the chain.") + faults.or_else("");
}

}  // namespace

std::string operation_sections(
    const Report& report, const ExportSummary& summary, const ReportSource& source
) {
    return keys(report, source) + restores(source) + unknown_facts(summary) + voids(source);
}

}  // namespace consularia::cli
