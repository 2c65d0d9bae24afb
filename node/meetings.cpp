#include "node/meetings.hpp"

#include "node/usage_error.hpp"

#include <utility>

namespace consularia::node {

std::optional<infra::MeetingUrls> make_meeting_urls(
    const JoinOptions& options, const infra::Secrets& secrets
) {
    if (options.meeting_url.empty()) return std::nullopt;
    infra::MeetingSettings settings{
        options.meeting_url,
        secrets.meeting_jwt_secret,
        options.jwt_audience,
        options.jwt_issuer,
        options.jwt_subject,
        secrets.request_key,
        options.opens_before};
    if (const auto fault = infra::find_fault(settings)) {
        throw UsageError("--meeting-url " + *fault + ".");
    }
    return infra::MeetingUrls(std::move(settings));
}

}  // namespace consularia::node
