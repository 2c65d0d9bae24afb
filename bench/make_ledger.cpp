// make_ledger DIR APPOINTMENTS ORGANIZATIONS: writes an embedded ledger into DIR, the same for the
// same numbers, and the organizations' tokens into DIR/tokens.txt. `consularia secrets create
// DIR/secrets.toml` makes the secrets that the first start looks for.
//
// Appointments lie in the years 2031 to 2035, in random order. Each has an officer as moderator and
// a citizen, "citizen-N@example.org", who has 20 of them.

#include "infra/rocks/ledger.hpp"
#include "ledger/record/hash.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/record_samples.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace consularia;

constexpr std::uint32_t kPerCitizen = 20;
constexpr std::uint32_t kPerOfficer = 200;
constexpr std::size_t kBatch = 1000;
constexpr domain::Timestamp kFirstRecord{std::chrono::seconds(1577836800)};  // 2020-01-01
constexpr domain::Timestamp kFirstStart{std::chrono::seconds(1924992000)};   // 2031-01-01
constexpr std::uint32_t kStarts = 5 * 365 * 24 * 12;                         // every five minutes

class Source {
  public:
    explicit Source(std::uint32_t per_organization)
        : citizens_(std::max(per_organization / kPerCitizen, 1U)),
          officers_(std::max(per_organization / kPerOfficer, 1U)) {}

    /// Of version 7, made at this time.
    template <class Id>
    Id make_id(domain::Timestamp now) {
        Id id;
        auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count()) / 1000;
        for (std::size_t i = 6; i-- > 0; ms >>= 8) id.bytes[i] = static_cast<std::uint8_t>(ms);
        for (std::size_t i = 6; i < 16; ++i) id.bytes[i] = static_cast<std::uint8_t>(random_());
        id.bytes[6] = static_cast<std::uint8_t>(0x70 | (id.bytes[6] & 0x0f));
        id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
        return id;
    }

    /// The organization's appointment with this number.
    domain::AppointmentScheduled next(std::uint32_t number, domain::Timestamp now) {
        using samples::make_unique_id;
        const auto officer = std::to_string(pick(officers_));
        const auto citizen = "citizen-" + std::to_string(number % citizens_) + "@example.org";
        return {
            samples::make_title("Passport renewal " + std::to_string(pick(100'000))),
            kFirstStart + std::chrono::minutes(5) * pick(kStarts),
            samples::minutes(static_cast<int>(15 * (1 + pick(4)))),
            samples::make_config({{domain::Feature::chat, true}}),
            {{make_id<domain::ParticipantId>(now),
              make_unique_id("officer-" + officer + "@consulate.example"),
              samples::make_display_name("Officer " + officer),
              domain::Role::moderator},
             {make_id<domain::ParticipantId>(now),
              make_unique_id(citizen),
              std::nullopt,
              domain::Role::participant}}};
    }

  private:
    std::uint32_t pick(std::uint32_t count) {
        return static_cast<std::uint32_t>(random_()) % count;
    }

    std::mt19937 random_{4711};
    std::uint32_t citizens_;
    std::uint32_t officers_;
};

/// Adds organization.created. Returns the secret of its token.
std::string create(samples::History& history, std::vector<std::string>& batch) {
    const auto secret =
        domain::format_uuid_bare(history.organization().bytes) + ".bench-0123456789abcdefghijk";
    auto grant = samples::make_grant();
    grant.secret_hash = ledger::sha256(secret);
    history.set_now(kFirstRecord);
    batch.push_back(history.add(domain::OrganizationCreated{
        samples::make_organization_name("Consulate"), std::move(grant)}));
    return secret;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "make_ledger DIR APPOINTMENTS ORGANIZATIONS\n";
        return 2;
    }
    const std::filesystem::path directory = argv[1];
    const auto appointments = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
    const auto organizations = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    std::filesystem::create_directories(directory);
    const auto ledger = infra::rocks::open_embedded_ledger(directory / "ledger", {});
    std::vector<std::string> batch;
    std::vector<samples::History> histories;
    std::ofstream tokens(directory / "tokens.txt");
    for (std::uint32_t n = 0; n < organizations; ++n) {
        tokens << create(histories.emplace_back(n + 1), batch) << "\n";
    }
    Source source(appointments / organizations);
    for (std::uint32_t n = 0; n < appointments; ++n) {
        auto& history = histories[n % organizations];
        const auto now = kFirstRecord + std::chrono::seconds(n + 1);
        history.set_now(now);
        batch.push_back(history.add(
            source.make_id<domain::AppointmentId>(now), source.next(n / organizations, now)
        ));
        if (batch.size() < kBatch && n + 1 < appointments) continue;
        if (!std::holds_alternative<ledger::Appended>(ledger->append(0, batch))) return 1;
        batch.clear();
    }
}
