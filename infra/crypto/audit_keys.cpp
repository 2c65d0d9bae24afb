#include "infra/crypto/audit_keys.hpp"

#include <utility>

namespace consularia::infra {

AuditKeys::AuditKeys(std::string host, const std::vector<AuditKey>& keys) : host_(std::move(host)) {
    for (const auto& key : keys) keys_.push_back({key, NoteKey(key.seed)});
    // Where one begins, the one before it ends.
    for (std::size_t i = 1; i < keys_.size(); ++i) {
        auto& before = keys_[i - 1].about;
        if (!before.valid_to) before.valid_to = keys_[i].about.valid_from;
    }
}

std::string AuditKeys::origin(domain::OrganizationId organization) const {
    return host_ + "/organizations/" + organization.to_string();
}

std::vector<PublishedKey> AuditKeys::published(domain::OrganizationId organization) const {
    std::vector<PublishedKey> all;
    const auto name = origin(organization);
    for (const auto& [about, key] : keys_) {
        all.push_back({about.id, key.verifier_key(name), about.valid_from, about.valid_to});
    }
    return all;
}

std::optional<std::string> AuditKeys::sign(
    domain::OrganizationId organization, SignedHead head, domain::Timestamp now
) const {
    const auto* const found = signer(now);
    if (found == nullptr) return std::nullopt;
    head.origin = origin(organization);
    return found->key.sign(head.origin, to_text(head));
}

std::optional<std::string> AuditKeys::sign_text(
    std::string_view origin, std::string_view text, domain::Timestamp now
) const {
    const auto* const found = signer(now);
    if (found == nullptr) return std::nullopt;
    return found->key.sign(origin, text);
}

const AuditKeys::Key* AuditKeys::signer(domain::Timestamp now) const {
    const Key* found = nullptr;
    for (const auto& key : keys_) {
        const bool ended = key.about.valid_to && *key.about.valid_to <= now;
        const bool begun = key.about.valid_from <= now;
        if (!ended && (begun || found == nullptr)) found = &key;
    }
    return found;
}

std::string host_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    return std::string(url.substr(0, url.find_first_of("/?#")));
}

}  // namespace consularia::infra
