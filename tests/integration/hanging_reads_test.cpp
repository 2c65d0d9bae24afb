// The HTTP server while reads of its data do not return.

#include "tests/support/gate.hpp"
#include "tests/support/server_fixture.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace consularia::api::http {
namespace {

using test::Connection;
using test::get;
using test::kClose;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kGivenUp = "given up: a read has not returned";

/// A request that needs data.
std::string read(const std::string& more = "") {
    return get("/api/v1/organizations/", "X-API-Key: key\r\n" + more);
}

/// One thread, and reads that hang until the gate is opened. Their own answer is a 503 as well.
class HangingReads : public test::ServerFixture {
  protected:
    HangingReads() {
        options_.threads = 1;
        options_.limits.read_patience = std::chrono::milliseconds(20);
        options_.stalled_after = std::chrono::milliseconds(50);
        service_.command_deadline = std::chrono::hours(1);
        service_.is_admin_key = [](std::string_view) { return true; };
        service_.not_ready = [] { return std::string("This is what was read."); };
        service_.open = [this] {
            gate_.pass();
            return false;
        };
        backend_.on_hanging_reads = [this](std::size_t hanging) {
            const std::lock_guard lock(mutex_);
            hanging_ = hanging;
            changed_.notify_all();
        };
    }

    void TearDown() override {
        gate_.open();
        ServerFixture::TearDown();
    }

    void wait_for_hanging(std::size_t reads) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return hanging_ == reads; });
    }

    std::condition_variable changed_;
    std::size_t hanging_ = 0;  ///< Guarded by mutex_.
    test::Gate gate_;
};

TEST_F(HangingReads, TakeAThreadEachAndOthersAreServedAndTheyAreAnsweredWhenTheyReturn) {
    start();
    std::vector<std::unique_ptr<Connection>> readers;
    for (std::size_t count = 1; count <= 3; ++count) {
        readers.push_back(std::make_unique<Connection>(server_->port()));
        readers.back()->send(read());
        gate_.wait_for(count);
        EXPECT_THAT(ask(get("/healthz", kClose)), StartsWith("HTTP/1.1 200 "));
    }
    gate_.open();
    for (const auto& reader : readers) {
        EXPECT_THAT(reader->read_until_seen("This is what was read."), StartsWith("HTTP/1.1 503 "));
        reader->send(get("/healthz", kClose));
        EXPECT_THAT(reader->read_to_end(), StartsWith("HTTP/1.1 200 "));
    }
    EXPECT_THAT(ask(read(kClose)), HasSubstr("This is what was read."));
}

TEST_F(HangingReads, AreGivenUpAtTheirDeadlineAndWhatTheyReadIsNoAnswerAnyMore) {
    service_.command_deadline = std::chrono::milliseconds(10);
    start();
    const auto answer = ask(read());
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(answer, HasSubstr("Retry-After: "));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, HasSubstr("The server cannot read its data at the moment."));
    gate_.open();
    EXPECT_THAT(ask(read(kClose)), HasSubstr("This is what was read."));
    server_->drain();
    EXPECT_THAT(logged_, ElementsAre(Logged{503, kGivenUp}, Logged{503, ""}));
}

TEST_F(HangingReads, BeyondTheirNumberMakeFurtherOnesBeRefusedUntilOneReturns) {
    options_.limits.hanging_reads = 2;
    start();
    std::vector<std::unique_ptr<Connection>> readers;
    for (int i = 0; i < 3; ++i) {
        readers.push_back(std::make_unique<Connection>(server_->port()));
        readers.back()->send(read());
    }
    wait_for_hanging(3);
    for (int i = 0; i < 5; ++i) {
        EXPECT_THAT(ask(read(kClose)), HasSubstr("The server cannot read its data at the moment."));
        EXPECT_THAT(ask(get("/healthz", kClose)), StartsWith("HTTP/1.1 200 "));
    }
    EXPECT_EQ(gate_.come(), 3U);
    gate_.open();
    for (const auto& reader : readers) (void)reader->read_until_seen("This is what was read.");
    wait_for_hanging(0);
    EXPECT_THAT(ask(read(kClose)), HasSubstr("This is what was read."));
    server_->drain();
    EXPECT_THAT(logged_, Contains(Logged{503, "too many reads have not returned"}).Times(5));
}

TEST_F(HangingReads, BelowTheirNumberMakeNoneBeRefused) {
    options_.limits.hanging_reads = 2;
    start();
    Connection first(server_->port());
    Connection second(server_->port());
    first.send(read());
    second.send(read());
    wait_for_hanging(2);
    Connection third(server_->port());
    third.send(read());
    gate_.wait_for(3);
    gate_.open();
    (void)third.read_until_seen("This is what was read.");
}

TEST_F(HangingReads, AreWaitedForByTheServersEnd) {
    options_.limits.drain_timeout = std::chrono::milliseconds(10);
    start();
    Connection reader(server_->port());
    reader.send(read());
    gate_.wait_for(1);
    EXPECT_THAT(ask(get("/healthz", kClose)), StartsWith("HTTP/1.1 200 "));
    std::atomic<bool> returns = false;
    std::thread drainer([&] {
        server_->drain();
        EXPECT_TRUE(returns);
    });
    try {
        for (;;) Connection(server_->port());
    } catch (const boost::system::system_error&) {
        // The listener is closed.
    }
    returns = true;
    gate_.open();
    drainer.join();
}

}  // namespace
}  // namespace consularia::api::http
