#pragma once
// Records like those of real organizations: what the benchmarks read and write.

#include "domain/appointment/events.hpp"
#include "domain/time.hpp"
#include "tests/support/record_samples.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace consularia::bench {

/// The same for the same numbers. Appointments lie in the years 2031 to 2035, in random order. Each
/// has an officer as moderator and a citizen, "citizen-N@example.org", who has 20 of them.
class SampleRecords {
  public:
    /// So many appointments, spread over the organizations, decide how many citizens there are.
    SampleRecords(std::uint32_t appointments, std::uint32_t organizations);

    /// The organizations' tokens have these.
    [[nodiscard]] const std::vector<std::string>& secrets() const { return secrets_; }

    /// The value of the next record: first each organization is created, then each gets an
    /// appointment in turn, without end.
    std::string next();

  private:
    template <class Id>
    Id make_id();
    std::string create(samples::History& history);
    /// The organization's appointment with this number.
    domain::AppointmentScheduled make_event(std::uint32_t number);
    std::uint32_t pick(std::uint32_t count);

    std::mt19937 random_{4711};
    std::uint32_t citizens_;
    std::uint32_t officers_;
    std::vector<samples::History> histories_;
    std::vector<std::string> secrets_;
    std::uint32_t made_ = 0;
    domain::Timestamp now_;
};

}  // namespace consularia::bench
