#include "domain/appointment/door.hpp"

#include <algorithm>

namespace consularia::domain {

Timestamp opens_at(const Details& details, std::chrono::microseconds opens_before) {
    return std::max(kEarliest, details.start - opens_before);
}

Door door_of(
    Status status, const Details& details, std::chrono::microseconds opens_before, Timestamp now
) {
    if (is_over(status) || now >= details.end()) return Door::ended;
    return now < opens_at(details, opens_before) ? Door::early : Door::open;
}

}  // namespace consularia::domain
