#include "cli/report_source.hpp"

#include "cli/log.hpp"
#include "cli/organization_option.hpp"
#include "cli/verification.hpp"
#include "infra/crypto/audit_keys.hpp"
#include "infra/crypto/secrets_file.hpp"
#include "infra/http/client.hpp"
#include "infra/system_clock.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/export_line.hpp"
#include "ledger/record/json_text.hpp"
#include "ledger/record/merkle.hpp"
#include "node/backup.hpp"
#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"
#include "node/usage_error.hpp"

#include <fstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace consularia::cli {

namespace {

constexpr std::uint64_t kMaxExportBytes = std::uint64_t{1} << 40;

// --- a server

class AuditClient {
  public:
    explicit AuditClient(const SourceOptions& options) : options_(options) {
        if (options.token.empty()) {
            throw node::UsageError("--token, or CONSULARIA_TOKEN, must be one with the scope audit."
            );
        }
        limits_.timeout = options.timeout;
    }

    [[nodiscard]] std::string get(const std::string& path) const { return checked(path, {}).body; }

    void download(const std::string& path, TemporaryFile& file) {
        limits_.answer_body_bytes = kMaxExportBytes;
        (void)checked(path, [&file](std::string_view part) { file.append(part); });
    }

  private:
    [[nodiscard]] infra::http::Answer checked(
        const std::string& path, const infra::http::Take& take
    ) const {
        infra::http::Request request{.url = api_of(options_.server) + path};
        request.headers.emplace_back("Authorization", "Token " + options_.token);
        auto answer = infra::http::send(request, limits_, take);
        if (answer.status >= 200 && answer.status < 300) return answer;
        throw std::runtime_error(
            "The server refused with status " + std::to_string(answer.status) + ": " + answer.body
        );
    }

    const SourceOptions& options_;
    infra::http::Limits limits_;
};

std::vector<KnownKey> keys_in(const std::string& body) {
    const auto json = ledger::JsonText::parse(body);
    const auto* const keys = json && json->root().is_object() ? json->root().find("keys") : nullptr;
    if (keys == nullptr || !keys->is_array()) {
        throw std::runtime_error("The server answered something else than its keys.");
    }
    std::vector<KnownKey> found;
    for (const auto& key : keys->elements()) {
        if (!key.is_object()) continue;
        found.push_back(
            {std::string(key.find_text("verifier_key")),
             std::string(key.find_text("valid_from")),
             std::string(key.find_text("valid_to"))}
        );
    }
    return found;
}

ReportSource from_server(const SourceOptions& options) {
    AuditClient client(options);
    ReportSource source;
    source.sentence = "They were exported from the server " + options.server + ".";
    source.keys = keys_in(client.get("/audit/keys/"));
    const auto organization = read_organization(options.organization).value();
    const auto named = "/organizations/" + organization.to_string() + "+";
    for (const auto& key : *source.keys) {
        if (key.verifier_key.find(named) != std::string::npos) continue;
        throw std::runtime_error("The token is one of another organization.");
    }
    source.made = std::make_unique<TemporaryFile>();
    client.download("/audit/export/", *source.made);
    source.made->finish();
    source.file = source.made->path();
    return source;
}

// --- the data

std::string text_of(const ledger::Json& object, std::string_view name) {
    const auto* const found = object.find(name);
    if (found == nullptr) return "";
    if (const auto number = found->integer()) return std::to_string(*number);
    return std::string(found->string().value_or(""));
}

std::vector<KnownRestore> restores_of(const node::DataDir& dir) {
    std::vector<KnownRestore> restores;
    std::ifstream in(dir.restores());
    for (std::string line; std::getline(in, line);) {
        const auto json = ledger::JsonText::parse(line);
        if (!json || !json->root().is_object()) {
            throw ledger::StorageError(dir.restores().string() + " cannot be understood");
        }
        const auto& object = json->root();
        restores.push_back(
            {text_of(object, "time"),
             text_of(object, "backup"),
             text_of(object, "end"),
             text_of(object, "replaced_end"),
             text_of(object, "reason")}
        );
    }
    return restores;
}

/// Walks a log once: the organization's facts become an export, its other records are counted.
class LogWalk {
  public:
    LogWalk(const node::LedgerBackend& backend, domain::OrganizationId organization)
        : backend_(backend), organization_(organization), audit_(backend) {}

    void write_facts(TemporaryFile& file) {
        backend_.for_each_record([&](ledger::Partition partition, const ledger::LogEntry& entry) {
            const auto taken = audit_.take(partition, entry);
            if (taken.fault && taken.fault->organization == organization_) note(*taken.fault);
            const auto& link = taken.value.link;
            if (!link || link->organization != organization_) return;
            if (!taken.fact) return note_void(*link, partition, entry.position);
            tree_.append(ledger::leaf_hash(entry.value));
            last_ = ledger::sha256(entry.value);
            file.append(ledger::export_line(entry.value) + '\n');
        });
    }

    [[nodiscard]] infra::SignedHead head() const { return {{}, tree_.size(), tree_.root(), last_}; }

    [[nodiscard]] const KnownVoids& voids() const { return voids_; }

  private:
    void note(const ledger::ChainFault& fault) {
        ++voids_.faults;
        if (voids_.whats.size() == KnownVoids::kMaxShown) return;
        voids_.whats.push_back("position " + std::to_string(fault.position) + ": " + fault.what);
    }

    void note_void(
        const ledger::ChainLink& link, ledger::Partition partition, ledger::Position position
    ) {
        ++voids_.count;
        if (voids_.shown.size() == KnownVoids::kMaxShown) return;
        voids_.shown.push_back(
            "partition " + std::to_string(partition) + ", position " + std::to_string(position) +
            ", instead of record " + std::to_string(link.sequence)
        );
    }

    const node::LedgerBackend& backend_;
    const domain::OrganizationId organization_;
    Audit audit_;
    ledger::Frontier tree_;
    ledger::Hash last_{};
    KnownVoids voids_;
};

std::vector<KnownKey> published(const infra::AuditKeys& keys, domain::OrganizationId organization) {
    std::vector<KnownKey> all;
    for (const auto& key : keys.published(organization)) {
        all.push_back(
            {key.verifier_key,
             domain::format(key.valid_from),
             key.valid_to ? domain::format(*key.valid_to) : ""}
        );
    }
    return all;
}

ReportSource from_data(const SourceOptions& options) {
    const auto host = infra::host_of(options.public_url);
    if (host.empty()) {
        throw node::UsageError("--public-url must be the server's: its host is in every head.");
    }
    const auto organization = read_organization(options.organization).value();
    const node::DataDir dir(options.store.data_dir);
    const auto secrets = infra::load_secrets(node::secrets_file_of(dir, options.secrets_file));
    const infra::AuditKeys keys(host, secrets.audit_keys);
    const auto backend = node::choose_ledger(options.store);
    const Log log("warning");
    ReportSource source;
    source.sentence = "They were read from " + backend->name() + " with the data directory " +
                      options.store.data_dir + ".";
    source.made = std::make_unique<TemporaryFile>();
    LogWalk walk(*backend, organization);
    walk.write_facts(*source.made);
    const auto head = walk.head();
    if (head.size == 0) throw std::runtime_error("There is no such organization.");
    const auto note = keys.sign(organization, head, infra::SystemClock().now());
    if (!note) throw std::runtime_error("No audit key of the secrets file is valid.");
    source.made->append(ledger::head_line(*note) + '\n');
    source.made->finish();
    source.file = source.made->path();
    source.keys = published(keys, organization);
    source.voids = walk.voids();
    if (backend->shared()) {
        source.no_restores =
            "A ledger on Kafka is restored by filling a new topic, of which no trace is kept here. "
            "A kept head that counts more, or others, would not fit.";
    } else {
        source.restores = restores_of(dir);
    }
    return source;
}

}  // namespace

ReportSource open_source(const SourceOptions& options) {
    if (!options.file.empty()) {
        ReportSource source;
        source.sentence = "They are in the file " + options.file + ".";
        source.file = options.file;
        return source;
    }
    if (!read_organization(options.organization)) {
        throw node::UsageError("Name an export, or --organization ID.");
    }
    return options.server.empty() ? from_data(options) : from_server(options);
}

}  // namespace consularia::cli
