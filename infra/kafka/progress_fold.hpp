#pragma once
// What the records about the progress of webhooks add up to.

#include "infra/kafka/progress_codec.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::infra::kafka {

/// A webhook's greatest cursor counts, whoever wrote it: up to there everything was delivered.
/// What two epochs say about the same cursor, the newer one knows better. Not thread-safe.
class ProgressFold {
  public:
    /// Takes a record, in the order of the log; without a value it deletes its key. Returns false
    /// for what no node has written.
    bool apply(std::string_view key, const std::optional<std::string_view>& value);

    [[nodiscard]] std::optional<reactions::webhooks::Progress> find(domain::WebhookId webhook
    ) const;

    [[nodiscard]] std::set<domain::WebhookId> all() const;

    /// Greater than every epoch that was seen.
    [[nodiscard]] std::uint64_t next_epoch() const { return highest_epoch_ + 1; }

    /// The keys of the webhook that say no more than `ours`, which is not among them.
    [[nodiscard]] std::vector<std::string> surpassed_by(const ProgressKey& ours) const;

    [[nodiscard]] std::vector<std::string> keys_of(domain::WebhookId webhook) const;

  private:
    struct Said {
        std::uint64_t epoch = 0;
        reactions::webhooks::Progress progress;
    };

    struct Entry {
        std::map<std::string, Said, std::less<>> by_key;
        Said best;
    };

    std::map<domain::WebhookId, Entry> entries_;
    std::uint64_t highest_epoch_ = 0;
};

}  // namespace consularia::infra::kafka
