#include "cli/signals.hpp"

#include "base/check.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace consularia::cli {

namespace {

sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

}  // namespace

Signals::Signals() {
    const auto set = stop_signals();
    CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
    signal(SIGPIPE, SIG_IGN);  // A reader that went away is an error of write(); it must not end
                               // the process.
}

void Signals::wait() {
    const auto set = stop_signals();
    int caught = 0;
    CHECK(sigwait(&set, &caught) == 0);
    CHECK(pthread_sigmask(SIG_UNBLOCK, &set, nullptr) == 0);
}

void Signals::interrupt() {
    CHECK(kill(getpid(), SIGTERM) == 0);
}

}  // namespace consularia::cli
