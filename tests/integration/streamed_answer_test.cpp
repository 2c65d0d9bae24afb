// An answer in pieces whose rows cannot be read to the end.

#include "api/authentication.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/server_fixture.hpp"
#include "tests/unit/projections/node.hpp"

#include <boost/asio/error.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

namespace consularia::api::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kPieceBytes = 100;
const std::string kGivenUp = "given up: a read has not returned";

/// A store that can be read a number of times, and then fails or hangs.
class FailingStore final : public projections::ReadStore {
  public:
    explicit FailingStore(projections::ReadStore& store) : store_(store) {}

    std::shared_ptr<const projections::Reader> snapshot() const override {
        return std::make_shared<FailingReader>(store_.snapshot(), *this);
    }

    std::unique_ptr<projections::WriteSet> write_set() override { return store_.write_set(); }

    void commit(std::unique_ptr<projections::WriteSet> writes) override {
        store_.commit(std::move(writes));
    }

    void flush() override {}

    mutable std::atomic<int> reads_left = std::numeric_limits<int>::max();
    std::function<void()> used_up = [] { throw ledger::StorageError("the disk is gone"); };

  private:
    class FailingReader final : public projections::Reader {
      public:
        FailingReader(std::shared_ptr<const projections::Reader> reader, const FailingStore& store)
            : reader_(std::move(reader)), of_(store) {}

        std::optional<std::string> get(tables::TableId table, std::string_view key) const override {
            if (--of_.reads_left < 0) of_.used_up();
            return reader_->get(table, key);
        }

        std::unique_ptr<projections::Cursor> scan(
            tables::TableId table, std::string_view from, std::string_view to
        ) const override {
            return reader_->scan(table, from, to);
        }

      private:
        std::shared_ptr<const projections::Reader> reader_;
        const FailingStore& of_;
    };

    projections::ReadStore& store_;
};

class StreamedAnswer : public test::ServerFixture {
  protected:
    StreamedAnswer() {
        const auto organization = history_.organization();
        secret_ = make_secret(organization, "secret");
        auto grant = samples::make_grant();
        grant.secret_hash = hash_secret(secret_);
        node_.apply(history_.add(domain::OrganizationCreated{
            samples::make_organization_name("Consulate"), grant}));
        for (std::uint32_t number = 1; number <= 5; ++number) {
            node_.apply(history_.schedule(number));
        }
        clock_.set_wall(samples::kStart);
        service_.store = &store_;
        service_.links = &node_.links;
        service_.piece_bytes = kPieceBytes;
        service_.command_deadline = std::chrono::milliseconds(10);
        options_.limits.read_patience = std::chrono::milliseconds(20);
        backend_.sync_is_free = true;
        start();
    }

    /// The whole answer, up to the connection's end.
    std::string list(const std::string& version, boost::system::error_code& end) {
        test::Connection connection(server_->port());
        const std::string request = "GET /api/v1/appointments/ HTTP/" + version +
                                    "\r\nHost: h\r\nConnection: close\r\nAuthorization: Token " +
                                    secret_ + "\r\n\r\n";
        connection.send(request);
        return connection.read_to_end(end);
    }

    samples::History history_;
    projections::Node node_;
    FailingStore store_{node_.store};
    std::string secret_;
};

TEST_F(StreamedAnswer, ThatFailsInTheMiddleEndsWithoutItsLastChunkOrWithAReset) {
    boost::system::error_code end;
    store_.reads_left = 1000;
    const auto whole = list("1.1", end);
    EXPECT_EQ(end, asio::error::eof);
    ASSERT_TRUE(whole.ends_with("]}\r\n0\r\n\r\n")) << whole;
    const int reads = 1000 - store_.reads_left;

    store_.reads_left = reads - 1;
    auto broken = list("1.1", end);
    EXPECT_TRUE(broken.starts_with("HTTP/1.1 200 ")) << broken;
    EXPECT_LT(broken.size(), whole.size());
    EXPECT_FALSE(broken.ends_with("0\r\n\r\n")) << broken;

    store_.reads_left = 1000;
    EXPECT_TRUE(list("1.0", end).ends_with("]}"));
    EXPECT_EQ(end, asio::error::eof);
    store_.reads_left = reads - 1;
    (void)list("1.0", end);
    EXPECT_EQ(end, asio::error::connection_reset);

    const std::lock_guard lock(mutex_);
    EXPECT_EQ(errors_, (std::vector<std::string>{"the disk is gone", "the disk is gone"}));
}

TEST_F(StreamedAnswer, ThatHangsInTheMiddleIsCutOffAtItsDeadline) {
    boost::system::error_code end;
    store_.reads_left = 1000;
    const auto whole = list("1.1", end);
    test::Gate gate;
    store_.used_up = [&gate] { gate.pass(); };
    store_.reads_left = 1000 - store_.reads_left - 1;
    const auto cut = list("1.1", end);
    EXPECT_EQ(end, asio::error::connection_reset);
    EXPECT_TRUE(cut.starts_with("HTTP/1.1 200 ")) << cut;
    EXPECT_LT(cut.size(), whole.size());
    EXPECT_EQ(gate.come(), 1U);
    gate.open();
    EXPECT_EQ(list("1.1", end).size(), whole.size());
    server_->drain();
    const std::lock_guard lock(mutex_);
    // The one that hung ends on a thread of its own, perhaps after the next one.
    EXPECT_THAT(
        logged_,
        testing::UnorderedElementsAre(Logged{200, ""}, Logged{200, kGivenUp}, Logged{200, ""})
    );
}

TEST_F(StreamedAnswer, ThatFailsBeforeItsFirstPieceIsA503) {
    boost::system::error_code end;
    store_.reads_left = 3;
    EXPECT_TRUE(list("1.1", end).starts_with("HTTP/1.1 503 "));
}

}  // namespace
}  // namespace consularia::api::http
