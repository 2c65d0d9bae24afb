// Properties that hold after any history, tried with random ones. A failure names its seed.
#include "projections/render_json.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"
#include "tests/unit/projections/random_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using testing::IsEmpty;

constexpr std::uint32_t kSeeds = 6;

/// The expected lists, computed by going through all appointments.
std::vector<std::string> list_naively(const RandomHistory& made, const AppointmentFilter& filter) {
    std::vector<std::pair<domain::Timestamp, const domain::Appointment*>> passing;
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
        passing.emplace_back(details->start, &state);
    }
    // The model goes by id.
    std::stable_sort(passing.begin(), passing.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::vector<std::string> documents;
    for (const auto& [start, state] : passing) {
        documents.push_back(render_appointment(made.history.organization(), *state, PlainLinks{}));
    }
    return documents;
}

AppointmentFilter random_filter(RandomCommands& random, domain::Timestamp now) {
    const auto moment = [&] {
        constexpr std::chrono::minutes kQuarter(15);
        return now - now.time_since_epoch() % kQuarter - random.pick(200) * kQuarter +
               std::chrono::microseconds(random.pick(3) - 1);
    };
    AppointmentFilter filter;
    if (random.one_in(2)) filter.start_from = moment();
    if (random.one_in(2)) filter.start_to = moment();
    if (random.one_in(2)) {
        filter.participant_unique_id = "user-" + std::to_string(random.pick(9));
    }
    return filter;
}

TEST(ProjectionProperties, ListsAndCountsAreThoseOfANaiveSearch) {
    std::size_t listed = 0;
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto made = make_history(seed);
        const auto organization = made.history.organization();
        Node node;
        node.apply(made.values);
        RandomCommands random(seed);
        for (int i = 0; i < 100; ++i) {
            const auto filter = i == 0 ? AppointmentFilter{} : random_filter(random, made.now);
            const auto expected = list_naively(made, filter);
            listed += expected.size();
            ASSERT_EQ(count_appointments(node.reader(), organization, filter), expected.size());
            const auto offset = static_cast<std::size_t>(random.pick(12));
            const auto limit = static_cast<std::size_t>(random.pick(12));
            const auto from =
                expected.begin() + static_cast<std::ptrdiff_t>(std::min(offset, expected.size()));
            const auto to =
                from +
                std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(limit), expected.end() - from);
            std::vector<std::string> page;
            for (const auto& id :
                 list_appointments(node.reader(), organization, filter, offset, limit)) {
                page.push_back(listed_document(node.reader(), organization, id));
            }
            ASSERT_EQ(page, std::vector<std::string>(from, to));
        }
    }
    EXPECT_GT(listed, 1000U) << "too few to prove anything";
}

TEST(ProjectionProperties, EveryAppointmentIsAsEvolveHasIt) {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto made = make_history(seed);
        Node node;
        node.apply(made.values);
        for (const auto& [id, state] : made.model) {
            const auto organization = made.history.organization();
            EXPECT_EQ(node.projector.read()->state_of(organization, id), state);
            EXPECT_EQ(find_appointment(node.reader(), organization, id), shown(state));
            EXPECT_EQ(
                shown(find_appointment_as_of(node.past(), organization, id, ~0ULL)), shown(state)
            );
            const auto document = find_document(node.reader(), organization, id);
            ASSERT_EQ(document.has_value(), details_of(state) != nullptr);
            if (!document) continue;
            EXPECT_EQ(document->version, tag_of(state));
            EXPECT_EQ(document->json, render_appointment(organization, state, node.links));
        }
    }
}

TEST(ProjectionProperties, StoresAreEqualRowByRowHoweverTheLogIsCutIntoBatches) {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto made = make_history(seed);
        Node at_once;
        at_once.apply(made.values);
        Node one_by_one;
        for (const auto& value : made.values) one_by_one.apply(value);
        Node in_pieces;
        std::mt19937 random(seed);
        for (auto at = made.values.begin(); at != made.values.end();) {
            const auto piece = std::min<std::ptrdiff_t>(
                static_cast<std::ptrdiff_t>(1 + random() % 50), made.values.end() - at
            );
            in_pieces.apply(std::vector(at, at + piece));
            at += piece;
        }
        const auto rows = all_rows(at_once.store);
        EXPECT_THAT(differing_tables(all_rows(one_by_one.store), rows), IsEmpty());
        EXPECT_THAT(differing_tables(all_rows(in_pieces.store), rows), IsEmpty());
    }
}

TEST(ProjectionProperties, AVerdictsStateIsTheStateAsOfItsFact) {
    const auto made = make_history(1);
    Node node;
    const auto all = node.apply(made.values);
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (!all[i].fact) continue;
        const auto& judged = all[i];
        const auto state = test::appointment_in(judged);
        const auto* const details = details_of(state);
        if (details == nullptr) {
            EXPECT_EQ(test::document_in(judged), "");
            continue;
        }
        const auto organization = made.history.organization();
        EXPECT_EQ(
            shown(
                find_appointment_as_of(node.past(), organization, details->id, judged.head.sequence)
            ),
            shown(state)
        );
        EXPECT_EQ(test::document_in(judged), render_appointment(organization, state, node.links));
    }
}

TEST(ProjectionProperties, DeletingEverythingLeavesOnlyHistory) {
    auto made = make_history(2);
    Node node;
    node.apply(made.values);
    for (const auto& [id, state] : made.model) {
        if (details_of(state) == nullptr) continue;
        node.apply(made.history.add(id, domain::AppointmentDeleted{}));
    }
    for (const auto table :
         {Table::appointments,
          Table::states,
          Table::by_start,
          Table::by_participant,
          Table::deadlines}) {
        EXPECT_EQ(node.count(table), 0U) << to_string(table);
    }
    // That they are deleted is shown to those who ask for changes.
    EXPECT_EQ(node.count(Table::activity), made.model.size());
    EXPECT_EQ(node.count(Table::by_change), made.model.size());
}

}  // namespace
}  // namespace consularia::projections
