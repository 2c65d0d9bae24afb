#pragma once
// ETag, If-Match and If-None-Match (RFC 9110, 8.8.3 and 13.1).

#include "api/request.hpp"
#include "domain/appointment/commands.hpp"

#include <string>
#include <string_view>

namespace consularia::api {

/// `"3"`
[[nodiscard]] std::string etag_of(domain::Version version);

/// The versions that If-Match allows; empty if the header is absent or `*`. A weak tag counts like
/// a strong one: our tags are versions, and proxies that compress weaken them. Foreign tags match
/// nothing.
[[nodiscard]] domain::ExpectedVersions read_if_match(const Request& request);

/// Whether If-None-Match names this version, or is `*`.
[[nodiscard]] bool none_match_hits(const Request& request, domain::Version version);

/// Whether If-None-Match names this tag, strong or weak.
[[nodiscard]] bool none_match_names(const Request& request, std::string_view tag);
/// Whether If-None-Match is `*`.
[[nodiscard]] bool none_match_is_any(const Request& request);

}  // namespace consularia::api
