#include "node/replayed.hpp"

#include "node/usage_error.hpp"

namespace consularia::node {

std::optional<std::string> expect_moment(const DataDir& dir, bool read_only) {
    auto moment = dir.replayed_moment();
    if (moment && !read_only) {
        throw UsageError(
            dir.root().string() + " shows the past as of " + *moment + ": use --read-only."
        );
    }
    if (!moment && read_only) {
        throw UsageError(
            "--read-only serves what `consularia ledger replay` has made, and " +
            dir.root().string() + " is not."
        );
    }
    return moment;
}

}  // namespace consularia::node
