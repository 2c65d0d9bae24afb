// However many records wait in however many partitions, the amount that is fetched ahead is
// bounded.

#include "infra/kafka/ledger.hpp"
#include "infra/kafka/records.hpp"
#include "tests/kafka/broker.hpp"
#include "tests/support/tail_reader.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <malloc.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#endif

namespace consularia::infra::kafka {
namespace {

using ledger::Partition;

constexpr std::size_t kMib = 1 << 20;
constexpr std::size_t kBudget = 8 * kMib;
constexpr Partition kPartitions = 12;
constexpr std::size_t kRecords = 4;
/// The size of the answers that librdkafka is reading.
constexpr std::size_t kInTransit = 12 * kMib;

std::size_t heap_in_use() {
#if defined(__SANITIZE_ADDRESS__)
    return __sanitizer_get_current_allocated_bytes();
#else
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

std::string large(Partition partition, std::size_t number) {
    return std::to_string(partition) + "/" + std::to_string(number) + std::string(kMib, '.');
}

class KafkaPrefetching : public testing::Test {
  protected:
    void SetUp() override {
        const auto writing = open_ledger(test::kafka_options(topic_, kPartitions));
        for (Partition partition = 0; partition < kPartitions; ++partition) {
            for (std::size_t i = 0; i < kRecords; ++i) {
                const std::vector<std::string> one{large(partition, i)};
                ASSERT_TRUE(std::holds_alternative<ledger::Appended>(writing->append(partition, one)
                ));
            }
        }
    }

    std::unique_ptr<Ledger> open() const {
        auto options = test::kafka_options(topic_, kPartitions);
        options.prefetch_bytes = kBudget;
        return open_ledger(options);
    }

    const std::string topic_ = test::new_topic_name();
};

TEST_F(KafkaPrefetching, IsBoundedForAllPartitionsTogether) {
    const std::size_t before = heap_in_use();
    const auto ledger = open();
    std::vector<std::unique_ptr<test::Reader>> readers;
    for (Partition partition = 0; partition < kPartitions; ++partition) {
        readers.push_back(std::make_unique<test::Reader>(*ledger, partition, 0));
    }
    const auto deadline = std::chrono::steady_clock::now() + test::kLongEnough;
    while (ledger->prefetched() < kBudget && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
    EXPECT_GE(ledger->prefetched(), kBudget);
    // Another reader reads all of it, so there was time enough to fetch it.
    std::size_t waiting = 0;
    for_each_record(test::kafka_options(topic_), [&](auto, const auto& entry) {
        waiting += entry.value.size();
        EXPECT_LE(ledger->prefetched(), kBudget + 2 * kMib);
    });
    EXPECT_GE(waiting, kPartitions * kRecords * kMib);
    EXPECT_LT(heap_in_use() - before, kBudget + kInTransit);
    // One after the other, while all the others hold what they have.
    for (Partition partition = 0; partition < kPartitions; ++partition) {
        const auto values = readers[partition]->read(kRecords);
        for (std::size_t i = 0; i < values.size(); ++i) {
            EXPECT_TRUE(values[i] == large(partition, i)) << values[i].substr(0, 10);
        }
    }
}

TEST_F(KafkaPrefetching, WhatATailHeldIsGivenBackWithIt) {
    const auto ledger = open();
    auto reader = std::make_unique<test::Reader>(*ledger, 0, 0);
    (void)reader->read(1, 1);
    reader.reset();
    EXPECT_EQ(ledger->prefetched(), 0U);
}

}  // namespace
}  // namespace consularia::infra::kafka
