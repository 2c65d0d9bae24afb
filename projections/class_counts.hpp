#pragma once
// The classes of a list's keys, and how many keys of each class there are.

#include "base/enum_names.hpp"
#include "domain/appointment/status.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace consularia::projections {

/// A key's class is a number below this; what it means is the list's own (list_classes.hpp). Lists
/// that have no classes use 0.
inline constexpr std::size_t kKeyClasses = 3 * count_of<domain::Status>() + 1;
using KeyClass = std::uint8_t;

class KeyClasses {
  public:
    constexpr KeyClasses() = default;

    [[nodiscard]] static constexpr KeyClasses all() {
        KeyClasses classes;
        classes.bits_ = (1U << kKeyClasses) - 1;
        return classes;
    }

    constexpr void add(KeyClass one) { bits_ |= 1U << one; }

    [[nodiscard]] constexpr bool has(KeyClass one) const { return (bits_ >> one & 1U) != 0; }

    friend constexpr bool operator==(KeyClasses, KeyClasses) = default;

  private:
    std::uint32_t bits_ = 0;
    static_assert(kKeyClasses < 32);
};

/// Sums and differences are exact modulo 2^64: a difference may stand for a decrease.
class ClassCounts {
  public:
    ClassCounts() = default;

    [[nodiscard]] static ClassCounts one(KeyClass of) {
        ClassCounts counts;
        counts[of] = 1;
        return counts;
    }

    std::uint64_t& operator[](KeyClass of) { return counts_.at(of); }

    std::uint64_t operator[](KeyClass of) const { return counts_.at(of); }

    ClassCounts& operator+=(const ClassCounts& other) {
        for (std::size_t i = 0; i < kKeyClasses; ++i) counts_[i] += other.counts_[i];
        return *this;
    }

    ClassCounts& operator-=(const ClassCounts& other) {
        for (std::size_t i = 0; i < kKeyClasses; ++i) counts_[i] -= other.counts_[i];
        return *this;
    }

    friend ClassCounts operator+(ClassCounts a, const ClassCounts& b) { return a += b; }

    friend ClassCounts operator-(ClassCounts a, const ClassCounts& b) { return a -= b; }

    [[nodiscard]] std::uint64_t sum(KeyClasses of) const {
        std::uint64_t sum = 0;
        for (KeyClass i = 0; i < kKeyClasses; ++i) sum += of.has(i) ? counts_[i] : 0;
        return sum;
    }

    friend bool operator==(const ClassCounts&, const ClassCounts&) = default;

  private:
    std::array<std::uint64_t, kKeyClasses> counts_{};
};

}  // namespace consularia::projections
