#pragma once
// The meeting service as described by the options and the secrets file.

#include "infra/crypto/meeting_urls.hpp"
#include "infra/crypto/secrets_file.hpp"
#include "node/options.hpp"

#include <optional>

namespace consularia::node {

/// Empty if none is configured. Throws UsageError.
[[nodiscard]] std::optional<infra::MeetingUrls> make_meeting_urls(
    const JoinOptions& options, const infra::Secrets& secrets
);

}  // namespace consularia::node
