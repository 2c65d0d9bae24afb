#include "infra/crypto/signed_links.hpp"

#include "base/check.hpp"
#include "ledger/record/hash.hpp"

#include <algorithm>
#include <utility>

namespace consularia::infra {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kIdSize = 16;
constexpr std::size_t kHeaderSize = 2;
constexpr std::size_t kSignedSize = kHeaderSize + 3 * kIdSize;
constexpr std::size_t kMacSize = 16;

std::string_view bytes_of(const domain::UuidBytes& id) {
    return {reinterpret_cast<const char*>(id.data()), id.size()};
}

std::string mac_of(const Hmac& key, std::string_view message) {
    const Hmac::Mac mac = key(message);
    return {reinterpret_cast<const char*>(mac.data()), kMacSize};
}

template <class Id>
Id id_at(std::string_view token, std::size_t index) {
    const std::string_view bytes = token.substr(kHeaderSize + index * kIdSize, kIdSize);
    Id id;
    std::ranges::transform(bytes, id.bytes.begin(), [](char byte) {
        return static_cast<std::uint8_t>(byte);
    });
    return id;
}

}  // namespace

SignedLinks::SignedLinks(std::string public_url, const std::vector<LinkKey>& keys)
    : public_url_(std::move(public_url)) {
    CHECK(!keys.empty());
    while (public_url_.ends_with('/')) public_url_.pop_back();
    for (const LinkKey& key : keys) {
        const bool added = keys_.emplace(key.id, Hmac(key.key)).second;
        CHECK(added);
    }
    const auto& [key_id, key] = *keys_.rbegin();
    const std::string signer = mac_of(key, "consularia access link fingerprint");
    fingerprint_ = ledger::to_hex(ledger::sha256(
        public_url_ + '\n' + std::to_string(kVersion) + '\n' + std::to_string(key_id) + '\n' +
        signer
    ));
}

std::string SignedLinks::access_link(
    domain::OrganizationId organization,
    domain::AppointmentId appointment,
    domain::ParticipantId participant
) const {
    const auto& [key_id, key] = *keys_.rbegin();
    std::string token;
    token.reserve(kSignedSize + kMacSize);
    token += kVersion;
    token += static_cast<char>(key_id);
    token += bytes_of(organization.bytes);
    token += bytes_of(appointment.bytes);
    token += bytes_of(participant.bytes);
    token += mac_of(key, token);
    return public_url_ + "/join/" + to_base64url(token);
}

std::optional<LinkTarget> SignedLinks::verify(std::string_view token) const {
    const auto bytes = parse_base64url(token);
    if (!bytes || bytes->size() != kSignedSize + kMacSize) return std::nullopt;
    const std::string_view message = std::string_view(*bytes).substr(0, kSignedSize);
    const auto key = keys_.find(static_cast<std::uint8_t>(message[1]));
    if (message[0] != kVersion || key == keys_.end()) return std::nullopt;
    const std::string_view mac = std::string_view(*bytes).substr(kSignedSize);
    if (!equal_in_constant_time(mac_of(key->second, message), mac)) return std::nullopt;
    return LinkTarget{
        id_at<domain::OrganizationId>(message, 0),
        id_at<domain::AppointmentId>(message, 1),
        id_at<domain::ParticipantId>(message, 2)};
}

}  // namespace consularia::infra
