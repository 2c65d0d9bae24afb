#pragma once
// The port to the network of webhooks: posts a request and says what came of it.

#include <tl/expected.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace consularia::reactions::webhooks {

struct Post {
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
};

/// An answer, whatever its status.
struct Posted {
    int status = 0;
    std::string body;                                   ///< Its first 1 KiB.
    std::optional<std::chrono::seconds> retry_after{};  ///< From now on.
};

/// Thread-safe.
class Sender {
  public:
    /// One sentence without personal data, if there is no answer.
    using Handler = std::function<void(tl::expected<Posted, std::string>)>;

    virtual ~Sender() = default;

    /// Sends soon: a bounded number of posts is under way at once, the others wait in order. The
    /// handler is called once, within a bounded time after the post's turn has come, on a thread
    /// of the sender, which it does not hold up. What is not done when the sender ends is
    /// answered with an error.
    virtual void post(Post post, Handler handler) = 0;
};

}  // namespace consularia::reactions::webhooks
