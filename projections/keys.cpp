#include "projections/keys.hpp"

#include "base/check.hpp"

#include <algorithm>

namespace consularia::projections::keys {
namespace {

constexpr std::uint64_t kSign = 1ULL << 63;

template <class Bytes>
void append_bytes(std::string& out, const Bytes& bytes) {
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

template <class Id>
Id last_id(std::string_view key) {
    Id id;
    CHECK(key.size() >= id.bytes.size());
    std::copy(key.end() - id.bytes.size(), key.end(), id.bytes.begin());
    return id;
}

void append_time(std::string& out, domain::Timestamp time) {
    append_number(out, static_cast<std::uint64_t>(time.time_since_epoch().count()) ^ kSign);
}

}  // namespace

std::string skipped(std::string_view type) {
    return std::string(kSkipped) += type;
}

std::string checkpoint(ledger::Partition partition) {
    return "checkpoint/" + std::to_string(partition);
}

std::string organization(domain::OrganizationId id) {
    std::string key;
    key.reserve(64);
    append_bytes(key, id.bytes);
    return key;
}

std::string appointment(domain::OrganizationId organization_id, domain::AppointmentId id) {
    auto key = organization(organization_id);
    append_bytes(key, id.bytes);
    return key;
}

std::string token(domain::OrganizationId organization_id, const domain::SecretHash& secret) {
    auto key = organization(organization_id);
    append_bytes(key, secret);
    return key;
}

std::string idempotency(domain::OrganizationId organization_id, std::string_view remembered_name) {
    auto key = organization(organization_id);
    key += remembered_name;
    return key;
}

std::string fact(domain::OrganizationId organization_id, ledger::Sequence sequence) {
    auto key = organization(organization_id);
    append_number(key, sequence);
    return key;
}

std::string joined(
    domain::OrganizationId organization_id,
    domain::AppointmentId id,
    domain::ParticipantId participant
) {
    auto key = appointment(organization_id, id);
    append_bytes(key, participant.bytes);
    return key;
}

std::string change(
    domain::OrganizationId organization_id, domain::AppointmentId id, ledger::Sequence sequence
) {
    auto key = appointment(organization_id, id);
    append_number(key, ~sequence);
    return key;
}

std::string history(
    domain::OrganizationId organization_id, domain::AppointmentId id, domain::Version version
) {
    auto key = appointment(organization_id, id);
    append_number(key, version);
    return key;
}

std::string issued_token(domain::OrganizationId organization_id, domain::TokenId id) {
    auto key = organization(organization_id);
    append_bytes(key, id.bytes);
    return key;
}

std::string partition(ledger::Partition partition) {
    std::string key;
    append_number(key, partition);
    return key;
}

std::string newest(ledger::Partition partition) {
    return "newest/" + std::to_string(partition);
}

std::string place(domain::Timestamp start, domain::AppointmentId id) {
    auto key = place(start);
    append_bytes(key, id.bytes);
    return key;
}

std::string place(domain::Timestamp start) {
    std::string key;
    append_time(key, start);
    return key;
}

std::string change_place(ledger::Sequence sequence, domain::AppointmentId id) {
    auto key = change_place(sequence);
    append_bytes(key, id.bytes);
    return key;
}

std::string change_place(ledger::Sequence sequence) {
    std::string key;
    append_number(key, sequence);
    return key;
}

std::string place(domain::Timestamp created_at, domain::OrganizationId id) {
    auto key = place(created_at);
    append_bytes(key, id.bytes);
    return key;
}

domain::Timestamp time_of_place(std::string_view place) {
    const auto count = number_in(place.substr(0, sizeof(std::uint64_t))) ^ kSign;
    return domain::Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(count)));
}

domain::OrganizationId organization_of_place(std::string_view place) {
    return organization_in(place.substr(sizeof(std::uint64_t)));
}

domain::AppointmentId appointment_in(std::string_view key) {
    return last_id<domain::AppointmentId>(key);
}

domain::ParticipantId participant_in(std::string_view key) {
    return last_id<domain::ParticipantId>(key);
}

domain::OrganizationId organization_in(std::string_view key) {
    domain::OrganizationId id;
    CHECK(key.size() >= id.bytes.size());
    std::copy_n(key.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

ledger::Sequence changed_by(std::string_view key) {
    return ~sequence_in(key);
}

ledger::Sequence sequence_in(std::string_view key) {
    CHECK(key.size() >= sizeof(ledger::Sequence));
    return number_in(key.substr(key.size() - sizeof(ledger::Sequence)));
}

std::string after(std::string_view key) {
    std::string next(key);
    next += '\0';
    return next;
}

std::string after_all(std::string_view prefix) {
    std::string next(prefix);
    while (!next.empty() && next.back() == '\xff') next.pop_back();
    if (!next.empty()) ++next.back();
    return next;
}

}  // namespace consularia::projections::keys
