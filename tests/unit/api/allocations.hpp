#pragma once
// Counts what this test program allocates with operator new.

#include <cstddef>

namespace consularia::test {

[[nodiscard]] std::size_t allocated_bytes();

/// The most that was allocated since the last call of the next function.
[[nodiscard]] std::size_t allocation_peak();

/// Returns what is allocated now.
std::size_t forget_allocation_peak();

}  // namespace consularia::test
