// Partitions are shared out between nodes, and taken over.
#include "infra/kafka/group.hpp"

#include "tests/kafka/broker.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

namespace consularia::infra::kafka {
namespace {

constexpr ledger::Partition kPartitions = 6;

bool soon(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(40);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

int count(const Group& group) {
    int ours = 0;
    for (ledger::Partition partition = 0; partition < kPartitions; ++partition) {
        if (group.is_ours(partition)) ++ours;
    }
    return ours;
}

TEST(KafkaGroup, ASingleNodeGetsAllPartitionsTwoShareThemAndTheOtherTakesOver) {
    const auto options = test::kafka_options(test::new_topic_name());
    auto first = std::make_unique<Group>(options, kPartitions);
    EXPECT_TRUE(soon([&] { return count(*first) == kPartitions; }));
    const Group second(options, kPartitions);
    EXPECT_TRUE(soon([&] { return count(*first) == 3 && count(second) == 3; }));
    for (ledger::Partition partition = 0; partition < kPartitions; ++partition) {
        EXPECT_NE(first->is_ours(partition), second.is_ours(partition)) << partition;
    }
    first.reset();
    EXPECT_TRUE(soon([&] { return count(second) == kPartitions; }));
}

TEST(KafkaGroup, WithoutBrokersNothingIsOursAndNothingHangs) {
    auto options = test::kafka_options("nowhere");
    options.bootstrap_servers = "127.0.0.1:1";
    options.open_timeout = std::chrono::milliseconds(300);
    const Group group(options, kPartitions);
    EXPECT_EQ(count(group), 0);
}

}  // namespace
}  // namespace consularia::infra::kafka
