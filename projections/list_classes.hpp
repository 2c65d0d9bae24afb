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

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace consularia::projections {

/// The last fact, which deleted the appointment.
inline constexpr KeyClass kDeletedClass = kAbsentByte;

namespace detail {

/// What a class says of a fact, beside the status.
enum class Fact : std::uint8_t { current, outrun, joined };

/// Rows hold classes: a new status changes none of the others. The first four statuses have 0 to 3,
/// 5 to 8 and 9 to 12; later ones follow, with three classes each.
[[nodiscard]] constexpr KeyClass class_of(domain::Status status, Fact fact) {
    constexpr std::array kFirst{0, 5, 9};
    constexpr int kLater = 13;
    const int byte = byte_of(status);
    const auto use = index_of(fact);
    if (byte < kAbsentByte) return static_cast<KeyClass>(kFirst.at(use) + byte);
    return static_cast<KeyClass>(kLater + 3 * (byte - kAbsentByte - 1) + static_cast<int>(use));
}

}  // namespace detail

/// The last fact, which changed the representation; also the class in the other lists.
[[nodiscard]] constexpr KeyClass current_class(domain::Status status) {
    return detail::class_of(status, detail::Fact::current);
}

/// The fact that last changed the representation, but was not the last.
[[nodiscard]] constexpr KeyClass outrun_class(domain::Status status) {
    return detail::class_of(status, detail::Fact::outrun);
}

/// The last fact, which did not change the representation.
[[nodiscard]] constexpr KeyClass joined_class(domain::Status status) {
    return detail::class_of(status, detail::Fact::joined);
}

namespace detail {

/// Whether each class is below kKeyClasses and means one thing.
[[nodiscard]] consteval bool classes_differ() {
    KeyClasses seen;
    std::size_t count = 0;
    const auto see = [&](KeyClass one) {
        const bool is_new = one < kKeyClasses && !seen.has(one);
        seen.add(one);
        ++count;
        return is_new;
    };
    bool differ = see(kDeletedClass);
    for (const auto status : kAllOf<domain::Status>) {
        differ = see(current_class(status)) && differ;
        differ = see(outrun_class(status)) && differ;
        differ = see(joined_class(status)) && differ;
    }
    return differ && count == kKeyClasses;
}

}  // namespace detail

static_assert(detail::classes_differ());

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
