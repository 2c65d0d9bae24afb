#pragma once
// What the transitions of every kind of aggregate have in common.

#include "domain/time.hpp"

#include <cstdint>

namespace consularia::domain {

/// Counts the events of one aggregate: 1 for the first, deletion included. 0: it has none, or its
/// kind does not count them.
using Version = std::uint64_t;

/// Where and when an event happened.
template <class Id>
struct OccurrenceOf {
    Id id;
    Version version = 0;
    Timestamp time;
    std::uint64_t sequence = 0;  ///< Among all events of the organization.
};

/// The event cannot have happened in this state: it was written by other rules than ours.
struct ImpossibleTransition {};

}  // namespace consularia::domain
