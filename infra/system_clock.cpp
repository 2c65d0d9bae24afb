#include "infra/system_clock.hpp"

#include <chrono>
#include <ctime>

namespace consularia::infra {

namespace {

using std::chrono::microseconds;

microseconds read(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) +
           std::chrono::duration_cast<microseconds>(std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

domain::Timestamp SystemClock::now() const {
    return domain::Timestamp(read(CLOCK_REALTIME));
}

std::optional<std::string> SystemClock::problem() const {
    const auto look = [this] {
        // CLOCK_BOOTTIME continues while the machine is suspended, like the wall clock.
        const auto passed = read(CLOCK_BOOTTIME);
        return guard_.check(read(CLOCK_REALTIME), passed);
    };
    auto jump = look();
    if (jump) jump = look();  // Unless this thread was paused between reading the two clocks.
    if (!jump) return std::nullopt;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*jump).count();
    return "The wall clock has jumped ahead by " + std::to_string(seconds) +
           " s. Set it right, or restart the server if it is right now.";
}

ledger::Clock::Steady SystemClock::steady() const {
    return std::chrono::steady_clock::now();
}

}  // namespace consularia::infra
