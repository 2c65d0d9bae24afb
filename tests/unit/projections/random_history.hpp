#pragma once
// Random histories of an organization, by their seeds.

#include "domain/appointment/decide.hpp"
#include "domain/appointment/evolve.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/record_samples.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace consularia::projections {

inline constexpr int kSteps = 500;
inline constexpr int kAppointments = 40;

using Model = std::map<domain::AppointmentId, domain::Appointment>;

struct RandomHistory {
    std::vector<std::string> values = {};
    Model model = {};  ///< Computed by evolve alone, without a store.
    samples::History history;
    domain::Timestamp now = samples::kBefore;
};

/// Decided events of many appointments, some with a key, some followed by a record that is void.
inline RandomHistory make_history(std::uint32_t seed, std::uint32_t organization = 1) {
    RandomHistory made{.history = samples::History(organization)};
    samples::RandomCommands random(seed);
    made.values.push_back(made.history.create());
    for (int i = 0; i < kSteps; ++i) {
        made.now = random.advance(made.now);
        const auto id =
            samples::appointment_id(1 + static_cast<std::uint32_t>(random.pick(kAppointments)));
        auto& state = made.model[id];
        const auto event = decide(state, random.next(state, made.now), made.now);
        if (!event || !*event) continue;
        state = evolve(state, **event, {id, version_of(state) + 1, made.now}).value();
        made.history.set_now(made.now);
        auto record = made.history.next(id, **event);
        if (random.one_in(3))
            record = samples::with_key(record, "key-" + std::to_string(random.pick(20)));
        made.values.push_back(made.history.add(record));
        if (random.one_in(5)) made.values.push_back(made.values.back());
    }
    return made;
}

}  // namespace consularia::projections
