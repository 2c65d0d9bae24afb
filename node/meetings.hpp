#pragma once
// The meeting service, as the options and the secrets file describe it.

#include "infra/crypto/meeting_urls.hpp"
#include "infra/crypto/secrets_file.hpp"
#include "node/options.hpp"

#include <optional>

namespace consularia::node {

/// Empty when none is configured. Throws UsageError.
[[nodiscard]] std::optional<infra::MeetingUrls> make_meeting_urls(
    const JoinOptions& options, const infra::Secrets& secrets
);

}  // namespace consularia::node
