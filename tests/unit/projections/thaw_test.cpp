// What a binary with a smaller vocabulary froze goes on under a newer one, with the rows of a
// rebuild.
#include "projections/thaw.hpp"

#include "projections/due.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"
#include "tests/unit/projections/random_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using End = ThawStep::End;

constexpr std::uint32_t kSeeds = 4;
constexpr auto kStarted = "dev.consularia.appointment.started.v1";
constexpr auto kCompleted = "dev.consularia.appointment.completed.v1";

/// Short, so that keys are forgotten before, in and after what was frozen.
ProjectorOptions options(std::size_t apply_bytes = 8 << 20) {
    ProjectorOptions options;
    options.idempotency_ttl = std::chrono::hours(6);
    options.apply_bytes = apply_bytes;
    return options;
}

std::string type_in(const std::string& value) {
    constexpr std::string_view kBefore = R"("type":")";
    const auto from = value.find(kBefore) + kBefore.size();
    return value.substr(from, value.find('"', from) - from);
}

/// Three organizations' histories, in one log.
std::vector<std::string> random_log(std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<std::vector<std::string>> histories;
    for (std::uint32_t number = 1; number <= 3; ++number) {
        histories.push_back(make_history(seed * 10 + number, number).values);
        std::ranges::reverse(histories.back());
    }
    std::vector<std::string> log;
    while (!histories.empty()) {
        const auto chosen =
            histories.begin() + static_cast<std::ptrdiff_t>(random() % histories.size());
        log.push_back(std::move(chosen->back()));
        chosen->pop_back();
        if (chosen->empty()) histories.erase(chosen);
    }
    return log;
}

/// A type of event that occurs in the log.
std::string random_type(const std::vector<std::string>& log, std::mt19937& random) {
    std::set<std::string> types;
    for (const auto& value : log) types.insert(type_in(value));
    return *std::next(types.begin(), static_cast<std::ptrdiff_t>(random() % types.size()));
}

/// Thaws everything, as a process that is killed and started again after this many steps.
void thaw(
    Node& node,
    const ledger::RecordCodec& codec,
    const ProjectorOptions& options,
    std::size_t steps_of_a_life = 1000
) {
    bool all = false;
    while (!all) {
        Thaw thaw(node.store, node.journal(), {node.links, codec}, options);
        std::size_t steps = 0;
        all = true;
        for (const auto& [organization, facts] : thaw.find()) {
            for (auto end = End::unfinished; end == End::unfinished && all;) {
                all = ++steps <= steps_of_a_life;
                if (all) end = thaw.step(organization).end;
            }
        }
    }
}

void expect_rows_of_a_rebuild(
    Node& node, const std::vector<std::string>& log, const ledger::RecordCodec& codec
) {
    Node rebuilt(options(), codec);
    rebuilt.apply(log);
    EXPECT_THAT(differing_tables(all_rows(node.store), all_rows(rebuilt.store)), IsEmpty());
}

TEST(ThawProperties, RowsAreThoseOfARebuildWhereverItFrozeAndWheneverTheThawWasInterrupted) {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        const auto log = random_log(seed);
        const auto type = random_type(log, random);
        SCOPED_TRACE(type);
        const auto older = codec_without({type});
        Node node(options(), older);
        node.apply(log);
        ASSERT_GT(node.count(Table::frozen), 0U);

        const std::size_t apply_bytes = random() % 2 == 0 ? 1 : 64 << 10;
        thaw(node, codec(), options(apply_bytes), 1 + random() % 5);
        EXPECT_EQ(node.count(Table::frozen), 0U);
        expect_rows_of_a_rebuild(node, log, codec());
    }
}

TEST(ThawProperties, ThatAlsoHoldsForABinaryThatFreezesThemLaterAndForOneAfterIt) {
    std::size_t frozen_later = 0;
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        const auto log = random_log(seed);
        const auto later = random_type(log, random);
        const auto oldest = codec_without({random_type(log, random), later});
        const auto newer = codec_without({later});
        Node node(options(), oldest);
        node.apply(log);

        thaw(node, newer, options(16 << 10));
        frozen_later += node.count(Table::frozen);
        expect_rows_of_a_rebuild(node, log, newer);
        EXPECT_THAT(
            Thaw(node.store, node.journal(), {node.links, newer}, options()).find(), IsEmpty()
        );
        thaw(node, codec(), options(16 << 10));
        expect_rows_of_a_rebuild(node, log, codec());
    }
    EXPECT_GT(frozen_later, 3U) << "too few to prove anything";
}

/// An organization that is frozen where its first appointment starts.
class ThawTest : public testing::Test {
  protected:
    ThawTest() {
        log(
            {history_.create(),
             history_.schedule(1),
             history_.add(appointment_id(1), domain::AppointmentStarted{}),
             history_.schedule(2)}
        );
    }

    void log(const std::vector<std::string>& values) {
        node_.apply(values);
        log_.insert(log_.end(), values.begin(), values.end());
    }

    Thaw make(const ledger::RecordCodec& codec, ProjectorOptions made_with = options()) {
        made_with.on_frozen = [this](auto, auto position, auto why) {
            reports_.push_back(std::to_string(position) + ": " + std::string(why));
        };
        return Thaw(node_.store, node_.journal(), {node_.links, codec}, std::move(made_with));
    }

    std::size_t due() { return find_due_organizations(node_.reader(), 0, kAfter, "", 10).size(); }

    ledger::RecordCodec older_ = codec_without({kStarted});
    Node node_{options(), older_};
    History history_;
    std::vector<std::string> log_;
    std::vector<std::string> reports_;
};

TEST_F(ThawTest, ItIsFoundByEveryOtherVocabularyWithTheNumberOfItsFacts) {
    EXPECT_THAT(make(older_).find(), IsEmpty());
    const auto found = make(codec()).find();
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].organization, history_.organization());
    EXPECT_EQ(found[0].facts, 2U);
}

TEST_F(ThawTest, ItsDeadlinesAreDueAgainAndItGoesOn) {
    EXPECT_EQ(due(), 0U);
    auto thaw = make(codec());
    const auto step = thaw.step(history_.organization());
    EXPECT_EQ(step.end, End::thawed);
    EXPECT_EQ(step.applied, 2U);
    EXPECT_EQ(due(), 1U);
    EXPECT_THAT(reports_, IsEmpty());
    EXPECT_THAT(thaw.find(), IsEmpty());

    Projector restarted(node_.store, node_.journal(), {node_.links, codec()}, options());
    const auto value = history_.add(appointment_id(1), domain::AppointmentCompleted{});
    const auto judged = restarted.apply(0, entries({value}, log_.size()), Node::everything);
    log_.push_back(value);
    EXPECT_FALSE(judged.at(0).frozen);
    EXPECT_EQ(domain::status_of(test::appointment_in(judged.at(0))), domain::Status::completed);
    expect_rows_of_a_rebuild(node_, log_, codec());
}

TEST_F(ThawTest, BetweenTwoStepsItIsFrozenAndNothingOfItIsDue) {
    auto thaw = make(codec(), options(1));
    EXPECT_EQ(thaw.step(history_.organization()).end, End::unfinished);
    EXPECT_TRUE(is_frozen(node_.reader(), history_.organization()));
    EXPECT_EQ(find_head(node_.reader(), history_.organization()).sequence, 4U);
    EXPECT_EQ(due(), 0U);
    EXPECT_EQ(make(codec()).find().at(0).facts, 1U);
    EXPECT_THAT(make(older_).find(), IsEmpty());
}

TEST_F(ThawTest, WhatNobodyCanApplyIsTriedOnceByEachBinary) {
    log({history_.add(appointment_id(2), domain::AppointmentCompleted{}), history_.schedule(3)});
    auto thaw = make(codec());
    const auto step = thaw.step(history_.organization());
    EXPECT_EQ(step.end, End::still_frozen);
    EXPECT_EQ(step.applied, 2U);
    EXPECT_THAT(reports_, ElementsAre("4: its event cannot have happened in this state"));
    EXPECT_EQ(due(), 0U);
    EXPECT_THAT(thaw.find(), IsEmpty());
    expect_rows_of_a_rebuild(node_, log_, codec());

    const auto newest = codec_without({kCompleted});
    EXPECT_THAT(make(newest).find(), SizeIs(1)) << "it may know better";
}

TEST_F(ThawTest, AnOrganizationWhoseCreationWasUnreadableIsListedAfterwards) {
    const auto older = codec_without({type_in(log_.front())});
    Node node(options(), older);
    node.apply(log_);
    EXPECT_EQ(count_organizations(node.reader()), 0U);
    thaw(node, codec(), options(1));
    EXPECT_EQ(count_organizations(node.reader()), 1U);
    expect_rows_of_a_rebuild(node, log_, codec());
}

TEST_F(ThawTest, TimesThatDoNotIncreaseCountAsInARebuild) {
    history_.set_now(later(kStart, -600));
    log({history_.schedule(3), history_.schedule(4)});
    EXPECT_EQ(node_.count(Table::counted_times), 0U);
    thaw(node_, codec(), options(1));
    EXPECT_GT(node_.count(Table::counted_times), 0U);
    expect_rows_of_a_rebuild(node_, log_, codec());
}

TEST_F(ThawTest, WithoutItsFactsInTheJournalItStaysAsItIs) {
    test::MemoryJournal empty;
    const auto before = all_rows(node_.store);
    Thaw thaw(node_.store, empty.journal, {node_.links, codec()}, options());
    EXPECT_EQ(thaw.step(history_.organization()).end, End::facts_missing);
    EXPECT_THAT(differing_tables(all_rows(node_.store), before), IsEmpty());
    EXPECT_THAT(thaw.find(), SizeIs(1));
}

TEST_F(ThawTest, FactsBehindItsFreezeAreInTheJournal) {
    const auto facts = node_.journal().facts(history_.organization(), 1, 100);
    ASSERT_THAT(facts, SizeIs(log_.size()));
    for (std::size_t i = 0; i < log_.size(); ++i) EXPECT_EQ(facts[i].value, log_[i]);
}

}  // namespace
}  // namespace consularia::projections
