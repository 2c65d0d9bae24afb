// Two nodes that write for one organization at the same time, over a real broker.

#include "infra/kafka/ledger.hpp"
#include "infra/kafka/records.hpp"
#include "ledger/commands/worker.hpp"
#include "ledger/log/chain_verifier.hpp"
#include "ledger/log/sync.hpp"
#include "tests/kafka/broker.hpp"
#include "tests/support/answer.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using ledger::Accepted;
using ledger::Reply;
using test::Answer;

/// Goes on with the machine's, so that a turn that nobody takes passes.
class RunningClock final : public ledger::Clock {
  public:
    [[nodiscard]] domain::Timestamp now() const override { return manual_.now(); }

    [[nodiscard]] Steady steady() const override {
        return Steady(
            std::chrono::duration_cast<Steady::duration>(std::chrono::steady_clock::now() - begin_)
        );
    }

  private:
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    test::ManualClock manual_;
};

/// The parts of a node that matter in the race.
class Node {
  public:
    explicit Node(const std::string& topic)
        : ledger_(open_ledger(test::kafka_options(topic, 1))),
          worker_({.ledger = *ledger_, .store = store, .codec = samples::codec(), .clock = clock_}),
          sync_(
              *ledger_,
              [this](auto, auto position, auto deadline, auto done) {
                  worker_.when_applied(position, deadline, std::move(done));
              },
              clock_
          ) {
        worker_.start();
    }

    Answer<Reply> submit(ledger::Submission submission) {
        Answer<Reply> answer;
        submission.deadline = clock_.steady() + test::kLongEnough;
        worker_.submit(std::move(submission), answer.handler());
        return answer;
    }

    /// Returns when all acknowledged records have been applied here.
    bool sync() {
        Answer<bool> done;
        sync_.wait(0, clock_.steady() + test::kLongEnough, done.handler());
        return done.get();
    }

    test::MemoryStateStore store;

  private:
    RunningClock clock_;
    std::unique_ptr<Ledger> ledger_;
    ledger::PartitionWorker worker_;
    ledger::Sync sync_;
};

/// Schedules appointments first, first + 1, … with this many commands in progress at once, and
/// counts the accepted ones.
std::size_t schedule_all(Node& node, std::uint32_t first, std::size_t count, std::size_t at_once) {
    std::vector<Answer<Reply>> answers;
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < count + at_once; ++i) {
        if (i < count) {
            answers.push_back(node.submit(test::schedule(1, first + static_cast<std::uint32_t>(i)))
            );
        }
        if (i < at_once) continue;
        if (std::holds_alternative<Accepted>(answers[i - at_once].get())) ++accepted;
    }
    return accepted;
}

TEST(KafkaRace, TwoWritersOfOneOrganizationLoseNothingAndDoNothingTwice) {
    constexpr std::size_t kCommands = 100;  // of each
    constexpr std::size_t kAtOnce = 8;
    const std::string topic = test::new_topic_name();
    Node a(topic);
    Node b(topic);
    ASSERT_TRUE(std::holds_alternative<Accepted>(a.submit(test::create_organization(1)).get()));
    ASSERT_TRUE(b.sync());

    std::size_t accepted_by_b = 0;
    std::thread racer([&] { accepted_by_b = schedule_all(b, 10'000, kCommands, kAtOnce); });
    EXPECT_EQ(schedule_all(a, 1, kCommands, kAtOnce), kCommands);
    racer.join();
    EXPECT_EQ(accepted_by_b, kCommands);

    ASSERT_TRUE(a.sync());
    ASSERT_TRUE(b.sync());
    EXPECT_TRUE(equal(a.store.state(), b.store.state()));
    ASSERT_EQ(a.store.state().size(), 1U);
    EXPECT_EQ(a.store.state().begin()->second->states.size(), 1 + 2 * kCommands);

    ledger::ChainVerifier verifier(0, 1, true);
    for_each_record(test::kafka_options(topic), [&](ledger::Partition, const auto& entry) {
        const auto fault = verifier.take(entry, ledger::parse_value(entry.value));
        if (fault) ADD_FAILURE() << fault->what << " at position " << entry.position;
    });
    EXPECT_EQ(verifier.facts(), 2 * kCommands + 1);
    RecordProperty("voids", std::to_string(verifier.voids()));
}

}  // namespace
}  // namespace consularia::infra::kafka
