// Lists against a naive search, in every order, and walks with any budget. A failure names its
// seed.
#include "projections/appointment_lists.hpp"
#include "projections/appointment_walk.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"
#include "tests/unit/projections/random_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using domain::AppointmentId;

constexpr std::uint32_t kSeeds = 6;

/// The appointments that pass, by id.
std::vector<const domain::Details*> passing(
    const RandomHistory& made, const AppointmentFilter& filter
) {
    std::vector<const domain::Details*> all;
    for (const auto& [id, state] : made.model) {
        const auto* const details = details_of(state);
        if (details == nullptr) continue;
        if (filter.start_from && details->start < *filter.start_from) continue;
        if (filter.start_to && details->start > *filter.start_to) continue;
        const auto has = [&](const domain::Participant& each) {
            return each.unique_id.value() == *filter.participant_unique_id;
        };
        if (filter.participant_unique_id && std::ranges::none_of(*details->participants, has)) {
            continue;
        }
        all.push_back(details);
    }
    return all;
}

std::vector<AppointmentId> ids_of(const std::vector<const domain::Details*>& all) {
    std::vector<AppointmentId> ids;
    for (const auto* details : all) ids.push_back(details->id);
    return ids;
}

AppointmentFilter random_filter(RandomCommands& random, domain::Timestamp now) {
    const auto moment = [&] {
        constexpr std::chrono::minutes kQuarter(15);
        return now - now.time_since_epoch() % kQuarter - random.pick(200) * kQuarter;
    };
    AppointmentFilter filter;
    if (random.one_in(3)) filter.start_from = moment();
    if (random.one_in(3)) filter.start_to = moment();
    if (random.one_in(3)) filter.participant_unique_id = "user-" + std::to_string(random.pick(9));
    return filter;
}

/// Calls visit with a history, its node, and many filters.
template <class Visit>
void for_each_filter(const Visit& visit) {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto made = make_history(seed);
        Node node;
        node.apply(made.values);
        RandomCommands random(seed);
        for (int i = 0; i < 60; ++i) {
            visit(
                made, node, random, i == 0 ? AppointmentFilter{} : random_filter(random, made.now)
            );
            if (testing::Test::HasFatalFailure()) return;
        }
    }
}

TEST(ListProperties, DescendingPagesHaveTheLatestFirstAndTiesById) {
    std::size_t ties = 0;
    for_each_filter([&](const RandomHistory& made,
                        Node& node,
                        RandomCommands& random,
                        const AppointmentFilter& filter) {
        auto expected = passing(made, filter);
        std::ranges::stable_sort(expected, [](const auto* a, const auto* b) {
            return a->start > b->start;
        });
        for (std::size_t i = 1; i < expected.size(); ++i) {
            ties += expected[i]->start == expected[i - 1]->start ? 1 : 0;
        }
        const auto ids = ids_of(expected);
        const auto limit = static_cast<std::size_t>(random.pick(7)) + 1;
        std::vector<AppointmentId> listed;
        for (std::size_t offset = 0; offset < ids.size() + limit; offset += limit) {
            const auto page = list_appointments(
                node.reader(),
                made.history.organization(),
                filter,
                offset,
                limit,
                ListOrder::start_descending
            );
            listed.insert(listed.end(), page.begin(), page.end());
        }
        ASSERT_EQ(listed, ids);
    });
    EXPECT_GT(ties, 100U) << "too few to prove anything";
}

TEST(ListProperties, AWalkShowsWhatPassesOnceHoweverLittleAPageMayRead) {
    std::size_t walked = 0;
    for_each_filter([&](const RandomHistory& made,
                        Node& node,
                        RandomCommands& random,
                        const AppointmentFilter& filter) {
        const auto expected = ids_of(passing(made, filter));
        walked += expected.size();
        const auto limit = static_cast<std::size_t>(random.pick(7)) + 1;
        for (const std::size_t max_rows : {1, 2, 9, 10'000}) {
            std::vector<AppointmentId> ids;
            std::optional<AppointmentId> after;
            do {
                const auto page = walk_appointments(
                    node.reader(), made.history.organization(), filter, after, limit, max_rows
                );
                ASSERT_LE(page.ids.size(), limit);
                ids.insert(ids.end(), page.ids.begin(), page.ids.end());
                after = page.after;
            } while (after);
            ASSERT_EQ(ids, expected) << "with " << max_rows << " rows for a page";
        }
    });
    EXPECT_GT(walked, 1000U) << "too few to prove anything";
}

}  // namespace
}  // namespace consularia::projections
