#pragma once
// The cursors of lists: where a walk through the appointments continues.
//
// A cursor is hexadecimal: the id of the last appointment that was looked at (32 digits), the first
// 16 digits of the SHA-256 of the filters, and the first 8 of that of organization and all before.
// The latter finds damage and confusion, it is no secret: a cursor opens nothing.

#include "api/paging.hpp"
#include "domain/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace consularia::api {

/// Begins a walk.
inline constexpr std::string_view kFirstCursor = "start";

struct ListCursor {
    domain::AppointmentId after;
    bool same_filters = false;  ///< Whether it was made for the query's filters.
};

[[nodiscard]] std::string make_cursor(
    domain::OrganizationId organization, const Query& query, domain::AppointmentId after
);

/// Empty if it is damaged, or belongs to another organization.
[[nodiscard]] std::optional<ListCursor> read_cursor(
    domain::OrganizationId organization, const Query& query, std::string_view text
);

}  // namespace consularia::api
