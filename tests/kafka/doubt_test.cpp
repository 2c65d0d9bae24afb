// A broker that reports an older end may be cut off from the others, or the topic is another one:
// only the records that were read before can show which.
#include "infra/kafka/ledger.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/kafka/broker.hpp"
#include "tests/support/tail_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using ledger::StorageError;
using test::numbered;
using testing::HasSubstr;

class KafkaDoubt : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(std::holds_alternative<ledger::Appended>(ledger_->append(0, numbered(0, 10))));
        reader_.emplace(*ledger_, 0, 0);
        EXPECT_EQ(reader_->read(10), numbered(0, 10));
        EXPECT_EQ(ledger_->end(0), 10U);
        test::delete_topic(topic_);
        test::create_topic(topic_, test::good_topic_settings());
    }

    void fill(const std::vector<std::string>& values) {
        for (const auto& value : values) test::produce(topic_, "", value);
    }

    std::string why_no_end() {
        try {
            return "it ends at " + std::to_string(ledger_->end(0));
        } catch (const StorageError& error) {
            return error.what();
        }
    }

    /// As a worker does: the tail is read whenever it may have more, and opened again after an
    /// error, which is returned.
    std::string read_on() {
        try {
            if (!reader_) reader_.emplace(*ledger_, 0, read_);
            read_ += reader_->next(100).size();
            return {};
        } catch (const StorageError& error) {
            reader_.reset();
            return error.what();
        }
    }

    bool is_refused() {
        return std::holds_alternative<ledger::NotAppended>(ledger_->append(0, numbered(50, 1)));
    }

    /// Reads until the condition holds, for a limited time.
    template <class Condition>
    bool reads_on_until(Condition holds) {
        const auto deadline = std::chrono::steady_clock::now() + test::kLongEnough;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            if (auto problem = read_on(); !problem.empty()) said_ = std::move(problem);
            std::this_thread::yield();
        }
        return true;
    }

    /// A caller asks for the end while the log is shorter than before.
    void raise_doubt() {
        fill(numbered(0, 4));
        EXPECT_TRUE(reads_on_until([&] {
            return why_no_end().find("has been seen to reach 10") != std::string::npos;
        }));
        EXPECT_TRUE(is_refused());
    }

    const std::string topic_ = test::new_topic_name();
    std::unique_ptr<Ledger> ledger_ = open_ledger(test::kafka_options(topic_, 1));
    std::optional<test::Reader> reader_;
    ledger::Position read_ = 10;
    std::string said_;  ///< The tail's last problem.
};

TEST_F(KafkaDoubt, IsOverOnceWhatWasReadIsFoundAgain) {
    raise_doubt();
    fill(numbered(4, 6));
    EXPECT_TRUE(reads_on_until([&] { return why_no_end() == "it ends at 10"; })) << why_no_end();
    EXPECT_FALSE(is_refused());
    EXPECT_TRUE(reads_on_until([&] { return read_ == 11; }));
}

TEST_F(KafkaDoubt, NothingIsReadOrWrittenUntilItWasCompared) {
    raise_doubt();
    fill(numbered(4, 6));
    reader_.reset();
    EXPECT_THAT(why_no_end(), HasSubstr("not found again yet"));
    EXPECT_TRUE(is_refused());
}

TEST_F(KafkaDoubt, StaysWhenItIsAnotherLogOfTheSameLength) {
    raise_doubt();
    fill(numbered(100, 6));
    EXPECT_TRUE(reads_on_until([&] {
        return said_.find("it is not the record that was read there before") != std::string::npos;
    })) << said_;
    fill(numbered(106, 20));
    for (int i = 0; i < 10; ++i) {
        EXPECT_THAT(read_on(), HasSubstr("it is not the record that was read there before"));
        EXPECT_THAT(why_no_end(), HasSubstr("not found again yet"));
        EXPECT_TRUE(is_refused());
    }
}

}  // namespace
}  // namespace consularia::infra::kafka
