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
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using domain::AppointmentId;

constexpr std::uint32_t kSeeds = 6;

/// What the naive search knows of an appointment.
struct Known {
    AppointmentId id;
    const domain::Details* details = nullptr;  ///< Null: deleted.
    std::optional<domain::Status> status = {};
    ledger::Sequence updated = 0;
    ledger::Sequence changed = 0;
};

/// Reads the sequences from the facts themselves.
std::vector<Known> know(const RandomHistory& made, Node& node) {
    std::map<AppointmentId, Known> known;
    const auto organization = made.history.organization();
    const auto head = find_head(node.reader(), organization).sequence;
    for (ledger::Sequence sequence = 1; sequence <= head; ++sequence) {
        const auto record = find_record(node.past(), organization, sequence).value();
        const auto* const fact = std::get_if<ledger::AppointmentRecordEvent>(&record.event);
        if (fact == nullptr) continue;
        auto& one = known[fact->id];
        one.id = fact->id;
        one.changed = sequence;
        if (domain::shows(fact->event)) one.updated = sequence;
    }
    std::vector<Known> all;
    for (auto& [id, one] : known) {
        const auto& state = made.model.at(id);
        one.details = details_of(state);
        if (one.details != nullptr) one.status = domain::status_of(state);
        all.push_back(one);
    }
    return all;
}

bool passes_naively(const Known& one, const AppointmentFilter& filter) {
    if (filter.changed_after && one.changed <= *filter.changed_after) return false;
    if (one.details == nullptr) return filter.include_deleted;
    if (filter.status && one.status != filter.status) return false;
    if (filter.start_from && one.details->start < *filter.start_from) return false;
    if (filter.start_to && one.details->start > *filter.start_to) return false;
    return !filter.participant_unique_id ||
           std::ranges::any_of(*one.details->participants, [&](const auto& each) {
               return each.unique_id.value() == *filter.participant_unique_id;
           });
}

/// By id.
std::vector<Known> passing(const std::vector<Known>& all, const AppointmentFilter& filter) {
    std::vector<Known> some;
    for (const auto& one : all) {
        if (passes_naively(one, filter)) some.push_back(one);
    }
    return some;
}

std::vector<ListedAppointment> listed(const std::vector<Known>& all) {
    std::vector<ListedAppointment> list;
    for (const auto& one : all) list.push_back({one.id, one.details == nullptr});
    return list;
}

using Key = std::pair<bool, std::int64_t>;

std::vector<ListedAppointment> list_naively(
    std::vector<Known> some, const AppointmentFilter& filter, std::optional<ListOrder> order
) {
    if (!order && !filter.changed_after) order = ListOrder::start;
    const bool by_start = order == ListOrder::start || order == ListOrder::start_descending;
    const bool down =
        order == ListOrder::start_descending || order == ListOrder::updated_descending;
    const auto key = [&](const Known& one) -> Key {
        if (by_start && one.details == nullptr) {
            return {true, static_cast<std::int64_t>(one.changed)};
        }
        const std::int64_t number =
            by_start ? one.details->start.time_since_epoch().count()
                     : static_cast<std::int64_t>(order ? one.updated : one.changed);
        return {false, down ? -number : number};
    };
    std::ranges::stable_sort(some, {}, key);
    return listed(some);
}

AppointmentFilter random_filter(RandomCommands& random, domain::Timestamp now, int head) {
    const auto moment = [&] {
        constexpr std::chrono::minutes kQuarter(15);
        return now - now.time_since_epoch() % kQuarter - random.pick(200) * kQuarter;
    };
    AppointmentFilter filter;
    if (random.one_in(4)) filter.start_from = moment();
    if (random.one_in(4)) filter.start_to = moment();
    if (random.one_in(3)) filter.participant_unique_id = "user-" + std::to_string(random.pick(9));
    if (random.one_in(3)) filter.status = static_cast<domain::Status>(random.pick(4));
    if (random.one_in(2)) {
        filter.changed_after = static_cast<ledger::Sequence>(random.pick(head + 1));
        filter.include_deleted = random.one_in(2);
    }
    return filter;
}

struct Case {
    domain::OrganizationId organization;
    const Reader& reader;
    const std::vector<Known>& all;
    AppointmentFilter filter;
    std::size_t limit = 1;
};

/// Calls visit with many filters of several histories.
template <class Visit>
void for_each_case(const Visit& visit) {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto made = make_history(seed);
        Node node;
        node.apply(made.values);
        const auto all = know(made, node);
        const auto organization = made.history.organization();
        const auto head = static_cast<int>(find_head(node.reader(), organization).sequence);
        RandomCommands random(seed);
        for (int i = 0; i < 120; ++i) {
            auto filter = i == 0 ? AppointmentFilter{} : random_filter(random, made.now, head);
            const auto limit = static_cast<std::size_t>(random.pick(9)) + 1;
            visit(Case{organization, node.reader(), all, std::move(filter), limit});
            if (testing::Test::HasFatalFailure()) return;
        }
    }
}

TEST(ListProperties, PagesAreThoseOfANaiveSearchInEveryOrder) {
    std::map<std::optional<ListOrder>, std::size_t> found;
    std::size_t deleted = 0;
    for_each_case([&](const Case& one) {
        const auto some = passing(one.all, one.filter);
        std::vector<std::optional<ListOrder>> orders{std::nullopt};
        for (const auto order : kAllOf<ListOrder>) orders.emplace_back(order);
        for (const auto order : orders) {
            const auto expected = list_naively(some, one.filter, order);
            const auto list =
                AppointmentList::find(one.reader, one.organization, one.filter, order).value();
            ASSERT_EQ(list.count(), expected.size());
            std::vector<ListedAppointment> pages;
            for (std::size_t at = 0; at < expected.size() + one.limit; at += one.limit) {
                const auto page = list.page(at, one.limit);
                pages.insert(pages.end(), page.begin(), page.end());
            }
            ASSERT_EQ(pages, expected) << "in the order " << (order ? to_string(*order) : "none");
            found[order] += expected.size();
            deleted += static_cast<std::size_t>(
                std::ranges::count(expected, true, &ListedAppointment::deleted)
            );
        }
    });
    for (const auto& [order, count] : found) EXPECT_GT(count, 1000U) << "too few";
    EXPECT_GT(deleted, 300U) << "too few to prove anything";
}

TEST(ListProperties, WhatMustBeSortedIsBounded) {
    for_each_case([&](const Case& one) {
        const auto list =
            AppointmentList::find(one.reader, one.organization, one.filter, ListOrder::updated, 0);
        const auto count = passing(one.all, one.filter).size();
        // A list of the store is as good for any number.
        if (list) {
            ASSERT_EQ(list->count(), count);
        }
    });
}

TEST(ListProperties, AWalkShowsWhatPassesOnceHoweverLittleAPageMayRead) {
    std::size_t walked = 0;
    for_each_case([&](const Case& one) {
        const auto expected = listed(passing(one.all, one.filter));
        walked += expected.size();
        for (const std::size_t max_rows : {1, 2, 9, 10'000}) {
            std::vector<ListedAppointment> found;
            std::optional<AppointmentId> after;
            do {
                const auto page = walk_appointments(
                    one.reader, one.organization, one.filter, after, one.limit, max_rows
                );
                ASSERT_LE(page.appointments.size(), one.limit);
                found.insert(found.end(), page.appointments.begin(), page.appointments.end());
                after = page.after;
            } while (after);
            ASSERT_EQ(found, expected) << "with " << max_rows << " rows for a page";
        }
    });
    EXPECT_GT(walked, 1000U) << "too few to prove anything";
}

}  // namespace
}  // namespace consularia::projections
