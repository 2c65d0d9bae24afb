#pragma once
// How long the scheduler lets a thread run before another one gets the processor.

#include <chrono>

namespace consularia::infra {

/// Linux gives every thread 3 ms by default. A create passes through four threads, and each of
/// them may have to wait that long behind threads that are busy with other requests.
inline constexpr std::chrono::microseconds kTimeSlice{100};

/// Requests short time slices for this thread and the threads that it creates from now on. False
/// if the kernel has no such request (Linux before 6.12): then everything works as before.
bool request_short_time_slices();

/// This thread's, as the kernel reports it; zero before Linux 6.12.
[[nodiscard]] std::chrono::nanoseconds time_slice();

}  // namespace consularia::infra
