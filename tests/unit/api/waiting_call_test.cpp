// What a call holds while it waits for its body, the log or its command.

#include "tests/unit/api/allocations.hpp"
#include "tests/unit/api/member_calls.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace consularia::api {
namespace {

/// A store that knows which of its snapshots are still held.
class WatchedStore final : public projections::ReadStore {
  public:
    explicit WatchedStore(projections::ReadStore& store) : store_(store) {}

    std::shared_ptr<const projections::Reader> snapshot() const override {
        // Each has a copy of its own, whatever the store shares.
        const auto inner = store_.snapshot();
        std::shared_ptr<const projections::Reader> one(inner.get(), [inner](auto*) {});
        given_.push_back(one);
        return one;
    }

    std::unique_ptr<projections::WriteSet> write_set() override { return store_.write_set(); }

    void commit(std::unique_ptr<projections::WriteSet> writes) override {
        store_.commit(std::move(writes));
    }

    void flush() override {}

    [[nodiscard]] std::size_t held() const {
        std::size_t count = 0;
        for (const auto& one : given_) count += one.expired() ? 0 : 1;
        return count;
    }

    [[nodiscard]] std::size_t given() const { return given_.size(); }

  private:
    projections::ReadStore& store_;
    mutable std::vector<std::weak_ptr<const projections::Reader>> given_;
};

class WaitingCall : public MemberCalls {
  protected:
    WaitingCall() {
        node_.apply(history_.schedule());
        service_.store = &store_;
    }

    /// The result of a write once it is authenticated: it asks for its body.
    Step post(const std::string& path) {
        request_.method = "POST";
        request_.path = "/api/v1/appointments/" + path;
        request_.headers = {
            {"Authorization", "Token " + secret_},
            {"Content-Type", "application/json"},
            {"Idempotency-Key", "key"}};
        auto start = dispatch(service_, request_, trace_);
        const auto start_over = std::get<AfterStart>(start.next).then();
        return std::get<InTurn>(start_over.next).then();
    }

    /// The result with this body: the body has been read, and the call waits again.
    static Step with_body(Step step, std::string body) {
        auto read = std::get<ReadBody>(step.next).then(std::move(body));
        const auto turn = std::get<InTurn>(std::move(read.next));
        return turn.then();
    }

    WatchedStore store_{node_.store};
};

const std::string kGood =
    R"("title":"T","start_date_time":"2031-05-06T07:08:09Z","duration_minutes":30,)"
    R"("participants":[])";
const std::string kIgnored = R"(,"x":")" + std::string(1 << 20, 'x') + "\"}";

TEST_F(WaitingCall, KeepsNoSnapshotForItsBody) {
    const auto step = post("");
    EXPECT_TRUE(std::holds_alternative<ReadBody>(step.next));
    EXPECT_GT(store_.given(), 0U);
    EXPECT_EQ(store_.held(), 0U);
}

TEST_F(WaitingCall, KeepsNeitherSnapshotNorBodyForItsCommand) {
    const auto before = test::allocated_bytes();
    const auto step = with_body(post(""), "{" + kGood + kIgnored);
    ASSERT_TRUE(std::holds_alternative<Submit>(step.next));
    EXPECT_EQ(store_.held(), 0U);
    EXPECT_LT(test::allocated_bytes(), before + (64 << 10));
}

TEST_F(WaitingCall, KeepsNeitherForTheLogWhenItIsRefused) {
    const auto id = samples::appointment_id().to_string();
    for (const std::string path : {"", "/participants/add/", "/participants/remove/"}) {
        const auto before = test::allocated_bytes();
        const auto step = with_body(post(path.empty() ? path : id + path), "{\"a\":0" + kIgnored);
        ASSERT_TRUE(std::holds_alternative<AfterSync>(step.next)) << path;
        EXPECT_EQ(store_.held(), 0U) << path;
        EXPECT_LT(test::allocated_bytes(), before + (64 << 10)) << path;
    }
}

}  // namespace
}  // namespace consularia::api
