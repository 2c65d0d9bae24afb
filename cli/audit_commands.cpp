#include "cli/audit_commands.hpp"

#include "cli/appointment_proof.hpp"
#include "cli/audit_proof.hpp"
#include "cli/audit_stamps.hpp"
#include "cli/export_reader.hpp"
#include "cli/export_verifier.hpp"
#include "cli/output.hpp"
#include "cli/report_page.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <iostream>
#include <span>
#include <string>
#include <vector>

namespace consularia::cli {

namespace {

constexpr int kIntact = 0;
constexpr int kAltered = 1;
constexpr int kCannotTell = 3;

std::vector<AuditStamp> read_stamps(const VerifyOptions& options) {
    std::vector<AuditStamp> stamps;
    if (options.stamps.empty()) return stamps;
    if (options.tsa_ca.empty()) throw node::UsageError("--stamp needs --tsa-ca.");
    const auto trust = read_trust(options.tsa_ca);
    for (const auto& file : options.stamps) stamps.push_back(read_stamp(file, trust));
    return stamps;
}

/// A line for each.
std::string proven_by(const std::vector<AuditStamp>& stamps, std::span<const AuditHead> heads) {
    std::string lines;
    for (const auto& stamp : stamps) {
        const auto* const stamped = find_stamped(stamp, heads);
        if (stamped == nullptr) {
            throw CannotTell("stamp " + stamp.label + ": it is of none of the heads");
        }
        lines += "\nstamp " + stamp.label + ": records 1 to " + std::to_string(stamped->head.size) +
                 " existed on " + domain::format(stamp.time);
    }
    return lines;
}

std::string find_intact(const VerifyOptions& options) {
    const auto keys = read_audit_keys(options.keys);
    std::vector<AuditHead> heads;
    for (const auto& file : options.heads) heads.push_back(read_head(file, keys));
    if (!options.appointment.empty()) {
        return read_appointment_proof(options.file, options.appointment, keys, heads);
    }
    const auto stamps = read_stamps(options);
    ExportVerifier verifier(keys, {heads.begin(), heads.end()}, options.after);
    if (!options.proof.empty()) {
        if (options.after == 0) throw node::UsageError("--proof is for an export with --after.");
        verifier.go_on_from(read_proof(options.proof, verifier.beginning()));
    }
    const auto intact = read_export(options.file, verifier);
    heads.push_back(verifier.end());
    return intact + proven_by(stamps, heads);
}

struct Verdict {
    int code = kIntact;
    std::string text;
};

Verdict verify(const VerifyOptions& options) {
    try {
        return {kIntact, "intact: " + find_intact(options)};
    } catch (const Altered& found) {
        return {kAltered, std::string("altered: ") + found.what()};
    } catch (const CannotTell& reason) {
        return {kCannotTell, std::string("cannot tell: ") + reason.what()};
    }
}

domain::Timestamp read_moment(const std::string& text, domain::Timestamp otherwise) {
    if (text.empty()) return otherwise;
    const auto moment = domain::parse_datetime(text);
    if (!moment) throw node::UsageError(text + " is no datetime, such as 2026-11-23T10:00:00Z.");
    return *moment;
}

}  // namespace

int verify_export(const VerifyOptions& options) {
    const auto verdict = verify(options);
    std::cout << verdict.text << "\n";
    finish_output();
    return verdict.code;
}

int report_export(const ReportOptions& options) {
    const auto& [file, keys, head_files, stamps, tsa_ca, after, proof, appointment] =
        options.verified;
    ExportSummary summary(
        {read_moment(options.from, domain::kEarliest), read_moment(options.to, domain::kLatest)}
    );
    const auto verdict = verify(options.verified);
    if (verdict.code == kCannotTell) {
        std::cerr << "consularia: " << verdict.text << "\n";
        return verdict.code;
    }
    Report report{verdict.text, verdict.code == kIntact, options.from, options.to, after, {}};
    const auto known = read_audit_keys(keys);
    for (const auto& name : head_files) report.heads.push_back(read_head(name, known));
    std::ranges::sort(report.heads, {}, [](const AuditHead& kept) { return kept.head.size; });
    summary.remember_time_of(after + 1);
    for (const auto& kept : report.heads) {
        summary.remember_time_of(kept.head.size);
        summary.remember_time_of(kept.head.size + 1);
    }
    (void)for_each_record_line(file, [&](std::string_view line) { summary.take(line); });
    std::cout << report_page(report, summary);
    finish_output();
    return verdict.code;
}

}  // namespace consularia::cli
