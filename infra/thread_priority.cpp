#include "infra/thread_priority.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace consularia::infra {

namespace {

/// Linux gives it a weight of 110, and others 1024.
constexpr int kNice = 10;

}  // namespace

bool lower_thread_priority() {
    // On Linux this is a property of a thread.
    const auto thread = static_cast<id_t>(syscall(SYS_gettid));
    return setpriority(PRIO_PROCESS, thread, kNice) == 0;
}

}  // namespace consularia::infra
