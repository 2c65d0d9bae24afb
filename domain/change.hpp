#pragma once

// What an event says about a value that it changed.

namespace consularia::domain {

/// A value before and after.
template <class T>
struct Change {
    T from;
    T to;

    friend bool operator==(const Change&, const Change&) = default;
};

}  // namespace consularia::domain
