#include "infra/system_clock.hpp"

#include <chrono>

namespace consularia::infra {

domain::Timestamp SystemClock::now() const {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count()};
}

ledger::Clock::Steady SystemClock::steady() const {
    return std::chrono::steady_clock::now();
}

}  // namespace consularia::infra
