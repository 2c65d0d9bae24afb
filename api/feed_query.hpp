#pragma once
// What a client wants of the feed of events (docs/api.md, Events).

#include "api/bodies/errors.hpp"
#include "api/request.hpp"
#include "ledger/record/readable_event.hpp"
#include "ledger/record/record.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace consularia::api {

inline constexpr std::size_t kDefaultFeedLimit = 100;
inline constexpr std::size_t kMaxFeedLimit = 1000;
inline constexpr std::chrono::seconds kMaxFeedWait{60};

struct FeedQuery {
    ledger::Sequence after = 0;
    std::size_t limit = kDefaultFeedLimit;
    std::chrono::milliseconds wait{0};
    std::vector<std::string> types;  ///< Empty: all.
    std::string subject;             ///< Empty: any.

    [[nodiscard]] bool selects_all() const { return types.empty() && subject.empty(); }

    [[nodiscard]] bool selects(const ledger::ReadableEvent& event) const;
};

[[nodiscard]] tl::expected<FeedQuery, Errors> read_feed_query(const Request& request);

}  // namespace consularia::api
