#pragma once
// The records with which nodes publish how far webhooks have got.
//
//     key    <id of the webhook>/<epoch>.<8 hex digits>
//     value  {"start":5,"position":17,"state":"ok","failing_since":null}; none deletes the key
//
// A key has one writer, a node while it serves the webhook: its values only grow. So whatever
// compaction keeps of a key is its greatest value, even if a node that was paused writes late.
//
// And what became of an event:
//
//     key    <id of the webhook>/event <sequence>
//     value  the row of the store of webhooks (reactions/webhooks/row_codec.hpp); none deletes it
//
// The row of an event that knows more counts, in whatever order two are read. Versions that do not
// know these keys skip them.

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

/// The webhook of any of both keys; empty for anything else.
[[nodiscard]] std::optional<domain::WebhookId> webhook_of(std::string_view text);

/// From the key of a row in the store, and back; empty for anything else.
[[nodiscard]] std::string format_row_key(std::string_view key);
[[nodiscard]] std::optional<std::string> parse_row_key(std::string_view text);

[[nodiscard]] std::string encode_progress(const reactions::webhooks::Progress& progress);
/// Empty for anything else; members that it does not know are skipped.
[[nodiscard]] std::optional<reactions::webhooks::Progress> decode_progress(std::string_view text);

}  // namespace consularia::infra::kafka
