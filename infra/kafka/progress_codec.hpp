#pragma once
// The records by which nodes tell each other how far webhooks have got.
//
//     key    <id of the webhook>/<epoch>.<8 hex digits>
//     value  {"start":5,"position":17,"state":"ok","failing_since":null}; none deletes the key
//
// A key has one writer, a node while it serves the webhook: its values only grow. So whatever
// compaction keeps of a key is its greatest value, even if a node that was paused writes late.

#include "reactions/webhooks/progress.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::infra::kafka {

struct ProgressKey {
    domain::WebhookId webhook;
    std::uint64_t epoch = 0;
    std::uint32_t writer = 0;  ///< Random: two nodes may have taken the same epoch.
};

[[nodiscard]] std::string format_key(const ProgressKey& key);
/// Empty for anything else.
[[nodiscard]] std::optional<ProgressKey> parse_key(std::string_view text);

[[nodiscard]] std::string encode_progress(const reactions::webhooks::Progress& progress);
/// Empty for anything else; members that it does not know are skipped.
[[nodiscard]] std::optional<reactions::webhooks::Progress> decode_progress(std::string_view text);

}  // namespace consularia::infra::kafka
