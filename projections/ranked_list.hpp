#pragma once
// Which keys of an index table are one list, and which lists there are.

#include "projections/keys.hpp"
#include "projections/table.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace consularia::projections {

/// The keys of an index table that begin with `prefix`, ordered by the rest, which is not empty.
/// No list's prefix is the beginning of another's in the same table.
struct RankedList {
    Table index{};
    std::string prefix;
};

/// All organizations of all partitions (keys::place).
[[nodiscard]] inline RankedList organization_list() {
    return {Table::organizations_by_creation, ""};
}

/// An organization's appointments (keys::place).
[[nodiscard]] inline RankedList start_list(domain::OrganizationId organization) {
    return {Table::by_start, keys::organization(organization)};
}

/// Those of a participant (keys::place). A unique_id contains no NUL, and a NUL ends it here.
[[nodiscard]] inline RankedList participant_list(
    domain::OrganizationId organization, std::string_view unique_id
) {
    auto prefix = keys::organization(organization);
    prefix += unique_id;
    prefix += '\0';
    return {Table::by_participant, std::move(prefix)};
}

/// The facts that changed an organization's appointments last (keys::change_place).
[[nodiscard]] inline RankedList change_list(domain::OrganizationId organization) {
    return {Table::by_change, keys::organization(organization)};
}

}  // namespace consularia::projections
