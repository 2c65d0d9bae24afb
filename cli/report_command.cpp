#include "cli/report_command.hpp"

#include "cli/export_reader.hpp"
#include "cli/head_stamper.hpp"
#include "cli/output.hpp"
#include "cli/report_page.hpp"
#include "cli/report_signature.hpp"
#include "infra/files.hpp"
#include "node/backup.hpp"
#include "node/data_dir.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace consularia::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxHeads = 100'000;

domain::Timestamp read_moment(const std::string& text, domain::Timestamp otherwise) {
    if (text.empty()) return otherwise;
    const auto moment = domain::parse_datetime(text);
    if (!moment) throw node::UsageError(text + " is no datetime, such as 2026-11-23T10:00:00Z.");
    return *moment;
}

/// The organization that a key is for, which is the end of its name.
std::string organization_of(const std::string& verifier_key) {
    const auto name = verifier_key.substr(0, verifier_key.find('+'));
    return name.substr(name.rfind('/') + 1);
}

/// Those that `audit sign` has kept of the organization, with the stamps beside them. Returns how
/// many stamps are left out, since nothing says whose are believed.
std::size_t add_kept(const ReportOptions& options, VerifyOptions& verified) {
    if (options.heads_directory.empty()) return 0;
    auto directory = fs::path(options.heads_directory);
    const auto own = directory / organization_of(verified.keys.front());
    if (fs::is_directory(own)) directory = own;
    if (!fs::is_directory(directory)) {
        throw node::UsageError("--heads: there is no directory " + directory.string() + ".");
    }
    std::vector<fs::path> heads;
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.path().extension() != ".note") continue;
        if (heads.size() == kMaxHeads) throw node::UsageError("--heads: there are too many.");
        heads.push_back(entry.path());
    }
    std::ranges::sort(heads);
    std::size_t left_out = 0;
    for (const auto& head : heads) {
        verified.heads.push_back(head.string());
        if (!fs::exists(stamp_of(head))) continue;
        if (verified.tsa_ca.empty()) {
            ++left_out;
        } else {
            verified.stamps.push_back(stamp_of(head).string());
        }
    }
    return left_out;
}

std::string written(const ReportOptions& options, const std::string& secrets) {
    if (secrets.empty()) return options.out + ", without a signature: no --secrets-file";
    return options.out + " and " + options.out + ".note";
}

/// The secrets file that signs the page; empty if none does.
std::string secrets_for(const ReportOptions& options) {
    const auto& source = options.source;
    const bool has_data = source.file.empty() && source.server.empty();
    if (options.out.empty()) return "";
    if (!has_data || !source.secrets_file.empty()) return source.secrets_file;
    return node::secrets_file_of(node::DataDir(source.store.data_dir), "").string();
}

class Reporter {
  public:
    explicit Reporter(const ReportOptions& options)
        : options_(options),
          verified_(options.verified),
          period_(
              {read_moment(options.from, domain::kEarliest),
               read_moment(options.to, domain::kLatest)}
          ),
          source_(open_source(options.source)),
          secrets_(secrets_for(options)) {
        if (period_.from > period_.to) throw node::UsageError("--from is after --to.");
        verified_.file = source_.file;
        report_.from = options.from;
        report_.to = options.to;
        report_.after = verified_.after;
        report_.keys_of_server = verified_.keys.empty();
        report_.signed_beside = !secrets_.empty();
        if (verified_.keys.empty() && source_.keys) {
            for (const auto& key : *source_.keys) verified_.keys.push_back(key.verifier_key);
        }
        if (verified_.keys.empty()) throw node::UsageError("Name the keys to verify with: --key.");
        report_.keys = verified_.keys;
        report_.unchecked_stamps = add_kept(options, verified_);
    }

    [[nodiscard]] int run() {
        Evidence evidence;
        const auto verdict = verify(verified_, evidence);
        if (verdict.code == kCannotTell) {
            std::cerr << "consularia: " << verdict.text << "\n";
            return verdict.code;
        }
        report_.verdict = verdict.text;
        report_.intact = verdict.code == kIntact;
        const auto stamped = stamped_heads(evidence.heads, evidence.stamps);
        if (report_.intact) evidence.heads.pop_back();  // Nobody has kept that of the export.
        report_.heads = std::move(evidence.heads);
        report_.stamps = std::move(evidence.stamps);
        std::ranges::stable_sort(report_.heads, {}, [](const AuditHead& kept) {
            return kept.head.size;
        });
        ExportSummary summary(period_);
        remember_times(summary, stamped, report_.after);
        for (const auto& kept : report_.heads) {
            summary.remember_time_of(kept.head.size);
            summary.remember_time_of(kept.head.size + 1);
        }
        (void
        )for_each_record_line(source_.file, [&](std::string_view line) { summary.take(line); });
        report_.gaps = find_gaps(summary, stamped, report_.after, period_);
        put(report_page(report_, summary, source_));
        return verdict.code;
    }

  private:
    void put(const std::string& page) const {
        if (options_.out.empty()) {
            std::cout << page;
        } else {
            infra::replace_private_file(options_.out, page);
            if (!secrets_.empty()) {
                const auto& key = report_.keys.front();
                const auto note = sign_report(page, key.substr(0, key.find('+')), secrets_);
                infra::replace_private_file(options_.out + ".note", note);
            }
            std::cout << report_.verdict << "\nwritten: " << written(options_, secrets_) << "\n";
        }
        finish_output();
    }

    const ReportOptions& options_;
    VerifyOptions verified_;
    Period period_;
    ReportSource source_;
    std::string secrets_;
    Report report_;
};

}  // namespace

int report_export(const ReportOptions& options) {
    return Reporter(options).run();
}

}  // namespace consularia::cli
