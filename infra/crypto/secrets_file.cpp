#include "infra/crypto/secrets_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

#define TOML_EXCEPTIONS 0
#include "base/hex.hpp"
#include "infra/crypto/crypto.hpp"
#include "infra/crypto/webhook_secrets.hpp"
#include "infra/files.hpp"
#include "infra/private_files.hpp"
#include "ledger/log/storage_error.hpp"

#include <toml++/toml.h>

namespace consularia::infra {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMinTextKey = 32;  // base64url of 192 bits
constexpr std::size_t kMaxTextKey = 255;
constexpr const char* kMeetingJwtSecret = "meeting_jwt_secret";
constexpr const char* kWebhookKey = "webhook_key";
constexpr std::size_t kMinKeyBytes = 32;
constexpr unsigned kMaxAuditKeys = 255;
constexpr std::size_t kMaxFileBytes = 64 << 10;

/// All errors about the file are made here, and none of them quotes it.
class Problem {
  public:
    explicit Problem(const fs::path& file) : file_(file) {}

    [[noreturn]] void operator()(const std::string& what) const {
        throw SecretsError("the secrets file " + file_.string() + " " + what);
    }

  private:
    const fs::path& file_;
};

std::string read_file(const fs::path& file, const Problem& problem) {
    struct stat about {};

    if (::stat(file.c_str(), &about) != 0) {
        problem("cannot be read: " + std::system_category().message(errno));
    }
    if (!S_ISREG(about.st_mode)) problem("is not a file");
    if (const auto exposure = exposure_of(file)) problem(*exposure);
    if (about.st_size > static_cast<off_t>(kMaxFileBytes)) problem("is larger than 64 KiB");
    std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) problem("cannot be read");
    return content.str();
}

toml::table parse(const std::string& content, const Problem& problem) {
    toml::parse_result result = toml::parse(content);
    if (result.succeeded()) return std::move(result).table();
    // The parser's own message may quote the file.
    const auto& at = result.error().source().begin;
    problem(
        "is not TOML at line " + std::to_string(at.line) + ", column " + std::to_string(at.column)
    );
}

std::string read_text_key(
    const toml::table& table, const std::string& name, const Problem& problem
) {
    const auto key = table[name].value_exact<std::string>();
    if (!key) problem("has no " + name + ", a string");
    const bool visible = std::ranges::all_of(*key, [](char c) { return c > ' ' && c <= '~'; });
    if (!visible || key->size() < kMinTextKey || key->size() > kMaxTextKey) {
        problem("has no " + name + " of 32 to 255 visible ASCII characters");
    }
    return *key;
}

std::string read_hex_key(
    toml::node_view<const toml::node> node, const std::string& name, const Problem& problem
) {
    const auto text = node.value_exact<std::string>();
    if (!text) problem("has no " + name + ", a string of hex digits");
    const auto key = parse_hex(*text);
    if (!key) problem("has a " + name + " that is not an even number of hex digits");
    if (key->size() < kMinKeyBytes) problem("has a " + name + " of less than 64 hex digits");
    return *key;
}

std::vector<LinkKey> read_link_keys(const toml::table& table, const Problem& problem) {
    const toml::array* entries = table["link_keys"].as_array();
    if (entries == nullptr || entries->empty()) problem("has no [[link_keys]]");
    std::vector<LinkKey> keys;
    for (const toml::node& entry : *entries) {
        const toml::node_view<const toml::node> view(entry);
        const auto id = view["id"].value_exact<std::int64_t>();
        if (!id || *id < 1 || *id > 255) problem("has a link key without an id from 1 to 255");
        const std::string name = "key of link key " + std::to_string(*id);
        keys.push_back({static_cast<std::uint8_t>(*id), read_hex_key(view["key"], name, problem)});
    }
    std::ranges::sort(keys, {}, &LinkKey::id);
    const auto twice = std::ranges::adjacent_find(keys, {}, &LinkKey::id);
    if (twice != keys.end()) {
        problem("has more than one link key with the id " + std::to_string(twice->id));
    }
    return keys;
}

domain::Timestamp read_moment(
    toml::node_view<const toml::node> node, const std::string& name, const Problem& problem
) {
    const auto text = node.value_exact<std::string>();
    const auto moment =
        text ? domain::parse_datetime(*text) : tl::unexpected(domain::DatetimeError::wrong_format);
    if (!moment) problem("has no " + name + ", a datetime in quotes");
    return *moment;
}

AuditKey read_audit_key(
    std::uint8_t id, toml::node_view<const toml::node> view, const Problem& problem
) {
    const std::string of = " of audit key " + std::to_string(id);
    AuditKey key{.id = id, .seed = read_hex_key(view["seed"], "seed" + of, problem)};
    if (key.seed.size() != NoteKey::kSeedBytes) {
        problem("has a seed" + of + " of more than 64 hex digits");
    }
    key.valid_from = read_moment(view["valid_from"], "valid_from" + of, problem);
    if (view["valid_to"]) key.valid_to = read_moment(view["valid_to"], "valid_to" + of, problem);
    return key;
}

std::vector<AuditKey> read_audit_keys(const toml::table& table, const Problem& problem) {
    std::vector<AuditKey> keys;
    if (!table.contains("audit_keys")) return keys;
    const toml::array* entries = table["audit_keys"].as_array();
    if (entries == nullptr) problem("has audit_keys that are no [[audit_keys]]");
    for (const toml::node& entry : *entries) {
        const toml::node_view<const toml::node> view(entry);
        const auto id = view["id"].value_exact<std::int64_t>();
        if (!id || *id < 1 || *id > 255) problem("has an audit key without an id from 1 to 255");
        keys.push_back(read_audit_key(static_cast<std::uint8_t>(*id), view, problem));
    }
    std::ranges::sort(keys, {}, &AuditKey::id);
    const auto twice = std::ranges::adjacent_find(keys, {}, &AuditKey::id);
    if (twice != keys.end()) {
        problem("has more than one audit key with the id " + std::to_string(twice->id));
    }
    return keys;
}

std::string random_hex_key() {
    std::array<std::uint8_t, kMinKeyBytes> bytes{};
    fill_random(bytes);
    return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string new_audit_key(unsigned id, domain::Timestamp now) {
    return "\n[[audit_keys]]\nid = " + std::to_string(id) + "\nseed = \"" + random_hex_key() +
           "\"\nvalid_from = \"" + domain::format(std::chrono::floor<std::chrono::seconds>(now)) +
           "\"\n";
}

domain::Timestamp system_now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace

void create_secrets(const fs::path& file) {
    const std::string content =
        "# The secrets of a consularia server. Servers that share a ledger share this file.\n"
        "\n"
        "# Authorizes the management of organizations and their tokens.\n"
        "admin_key = \"" +
        random_hex_key() +
        "\"\n"
        "\n"
        "# Keys the hashes by which repeated requests are recognized.\n"
        "request_key = \"" +
        random_hex_key() +
        "\"\n"
        "\n"
        "# The secrets of webhooks are derived from it: another key changes all of them.\n"
        "webhook_key = \"" +
        random_hex_key() +
        "\"\n"
        "\n"
        "# Sign access links: the one with the highest id signs, all of them verify.\n"
        "[[link_keys]]\n"
        "id = 1\n"
        "key = \"" +
        random_hex_key() +
        "\"\n"
        "\n"
        "# Sign heads for auditors: `consularia secrets rotate-audit-key` adds one." +
        new_audit_key(1, system_now());
    try {
        write_new_private_file(file, content);
    } catch (const ledger::StorageError& error) {
        throw SecretsError(error.what());
    }
}

std::uint8_t add_audit_key(const fs::path& file, domain::Timestamp now) {
    const Problem problem(file);
    const auto keys = load_secrets(file).audit_keys;
    const unsigned id = keys.empty() ? 1 : keys.back().id + 1U;
    if (id > kMaxAuditKeys) problem("has an audit key with the id 255: no other can follow it");
    auto content = read_file(file, problem);
    if (!content.ends_with('\n')) content += '\n';
    content += new_audit_key(id, now);
    if (content.size() > kMaxFileBytes) problem("would be larger than 64 KiB");
    try {
        replace_private_file(file, content);
    } catch (const ledger::StorageError& error) {
        throw SecretsError(error.what());
    }
    return static_cast<std::uint8_t>(id);
}

Secrets load_secrets(const fs::path& file) {
    const Problem problem(file);
    const toml::table table = parse(read_file(file, problem), problem);
    Secrets secrets{
        read_text_key(table, "admin_key", problem),
        read_hex_key(table["request_key"], "request_key", problem),
        read_link_keys(table, problem),
        table.contains(kMeetingJwtSecret) ? read_text_key(table, kMeetingJwtSecret, problem) : "",
        {},
        read_audit_keys(table, problem)};
    // A file of an older version has none.
    secrets.webhook_key = table.contains(kWebhookKey)
                              ? read_hex_key(table[kWebhookKey], kWebhookKey, problem)
                              : derive_webhook_key(secrets.request_key);
    return secrets;
}

}  // namespace consularia::infra
