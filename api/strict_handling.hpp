#pragma once
// `Prefer: handling=strict`: a client that prefers a refusal to a guess (RFC 7240, 4.4).

#include "api/bodies/errors.hpp"
#include "api/paging.hpp"
#include "api/request.hpp"
#include "api/response.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace consularia::api {

[[nodiscard]] bool wants_strict_handling(const Request& request);

/// An error for each parameter that is not known, by name.
[[nodiscard]] Errors unknown_parameters(
    const Query& query, std::span<const std::string_view> known
);

/// The refusal of a list that has no other parameters than `page` and `page_size` and these;
/// empty without reason. What a list answers is kept by its URL alone, so this comes before.
[[nodiscard]] std::optional<Failure> refuse_unknown(
    const Request& request, std::span<const std::string_view> known = {}
);

}  // namespace consularia::api
