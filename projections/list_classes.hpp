#pragma once
// What the classes of keys mean in the lists of appointments (decision 50).
//
// In by_start and by_participant a key's class is the status. In by_change an appointment has an
// entry for the fact that last changed its representation, and another one for its last fact if
// that is a later one, a join. So one list serves two orders:
//     by updated_at     the entries of the classes `current` and `outrun`
//     by the last fact  those of `current`, `joined` and `deleted`

#include "domain/appointment/status.hpp"
#include "projections/class_counts.hpp"
#include "projections/row_bytes.hpp"

#include <optional>

namespace consularia::projections {

/// The last fact, which changed the representation; also the class in the other lists.
[[nodiscard]] constexpr KeyClass current_class(domain::Status status) {
    return byte_of(status);
}

/// The last fact, which deleted the appointment.
inline constexpr KeyClass kDeletedClass = kAbsentByte;

/// The fact that last changed the representation, but was not the last.
[[nodiscard]] constexpr KeyClass outrun_class(domain::Status status) {
    return static_cast<KeyClass>(kDeletedClass + 1 + byte_of(status));
}

/// The last fact, which did not change the representation.
[[nodiscard]] constexpr KeyClass joined_class(domain::Status status) {
    return static_cast<KeyClass>(kDeletedClass + 5 + byte_of(status));
}

static_assert(joined_class(domain::Status::missed) + 1 == kKeyClasses);

/// The classes of this status, or of all, that `class_of` makes.
template <class ClassOf>
void add_classes(
    KeyClasses& classes, std::optional<domain::Status> status, const ClassOf& class_of
) {
    for (const auto each : kAllOf<domain::Status>) {
        if (!status || *status == each) classes.add(class_of(each));
    }
}

}  // namespace consularia::projections
