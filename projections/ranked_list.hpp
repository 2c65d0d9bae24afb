#pragma once
// Which keys of an index table are one list.

#include "projections/table.hpp"

#include <string>

namespace consularia::projections {

/// The keys of an index table that begin with `prefix`, ordered by the rest, which is not empty.
/// No list's prefix is the beginning of another's in the same table.
struct RankedList {
    Table index{};
    std::string prefix;
};

}  // namespace consularia::projections
