#include "bench/sample_records.hpp"

#include "ledger/record/hash.hpp"
#include "tests/support/domain_samples.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace consularia::bench {

namespace {

constexpr std::uint32_t kPerCitizen = 20;
constexpr std::uint32_t kPerOfficer = 200;
constexpr domain::Timestamp kFirstRecord{std::chrono::seconds(1577836800)};  // 2020-01-01
constexpr domain::Timestamp kFirstStart{std::chrono::seconds(1924992000)};   // 2031-01-01
constexpr std::uint32_t kStarts = 5 * 365 * 24 * 12;                         // every five minutes

std::string secret_of(domain::OrganizationId organization) {
    return domain::format_uuid_bare(organization.bytes) + ".bench-0123456789abcdefghijk";
}

}  // namespace

SampleRecords::SampleRecords(std::uint32_t appointments, std::uint32_t organizations)
    : citizens_(std::max(appointments / organizations / kPerCitizen, 1U)),
      officers_(std::max(appointments / organizations / kPerOfficer, 1U)),
      now_(kFirstRecord) {
    for (std::uint32_t n = 0; n < organizations; ++n) {
        const auto& history = histories_.emplace_back(n + 1);
        secrets_.push_back(secret_of(history.organization()));
    }
}

std::string SampleRecords::next() {
    const auto organizations = static_cast<std::uint32_t>(histories_.size());
    const auto number = made_++;
    auto& history = histories_[number % organizations];
    now_ += std::chrono::seconds(1);
    history.set_now(now_);
    if (number < organizations) return create(history);
    const auto id = make_id<domain::AppointmentId>();
    return history.add(id, make_event(number / organizations - 1));
}

std::string SampleRecords::create(samples::History& history) {
    auto grant = samples::make_grant();
    grant.secret_hash = ledger::sha256(secret_of(history.organization()));
    return history.add(domain::OrganizationCreated{
        samples::make_organization_name("Consulate"), std::move(grant)});
}

domain::AppointmentScheduled SampleRecords::make_event(std::uint32_t number) {
    using samples::make_unique_id;
    const auto officer = std::to_string(pick(officers_));
    return {
        samples::make_title("Passport renewal " + std::to_string(pick(100'000))),
        kFirstStart + std::chrono::minutes(5) * pick(kStarts),
        samples::minutes(static_cast<int>(15 * (1 + pick(4)))),
        samples::make_config({{domain::Feature::chat, true}}),
        {{make_id<domain::ParticipantId>(),
          make_unique_id("officer-" + officer + "@consulate.example"),
          samples::make_display_name("Officer " + officer),
          domain::Role::moderator},
         {make_id<domain::ParticipantId>(),
          make_unique_id("citizen-" + std::to_string(number % citizens_) + "@example.org"),
          std::nullopt,
          domain::Role::participant}}};
}

/// A UUID of version 7, made now.
template <class Id>
Id SampleRecords::make_id() {
    Id id;
    auto ms = static_cast<std::uint64_t>(now_.time_since_epoch().count()) / 1000;
    for (std::size_t i = 6; i-- > 0; ms >>= 8) id.bytes[i] = static_cast<std::uint8_t>(ms);
    for (std::size_t i = 6; i < 16; ++i) id.bytes[i] = static_cast<std::uint8_t>(random_());
    id.bytes[6] = static_cast<std::uint8_t>(0x70 | (id.bytes[6] & 0x0f));
    id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

std::uint32_t SampleRecords::pick(std::uint32_t count) {
    return static_cast<std::uint32_t>(random_()) % count;
}

}  // namespace consularia::bench
