#include "infra/time_slices.hpp"

#include <cstdint>
#include <optional>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace consularia::infra {
namespace {

/// The kernel's struct sched_attr in its first version; the C library declares none.
struct SchedulingAttributes {
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::int64_t runtime = 0;  ///< For SCHED_OTHER: the time slice in nanoseconds, if supported.
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

/// This thread's attributes; empty if the kernel does not report them.
std::optional<SchedulingAttributes> attributes() {
    SchedulingAttributes found;
    if (syscall(SYS_sched_getattr, 0, &found, sizeof found, 0) != 0) return std::nullopt;
    return found;
}

}  // namespace

bool request_short_time_slices() {
    auto wanted = attributes();
    if (!wanted || wanted->policy != SCHED_OTHER) return false;  // another policy: an operator's
    wanted->runtime = std::chrono::nanoseconds(kTimeSlice).count();
    return syscall(SYS_sched_setattr, 0, &*wanted, 0) == 0 && time_slice() == kTimeSlice;
}

std::chrono::nanoseconds time_slice() {
    const auto found = attributes();
    return std::chrono::nanoseconds(found ? found->runtime : 0);
}

}  // namespace consularia::infra
