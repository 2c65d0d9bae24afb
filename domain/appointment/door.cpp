#include "domain/appointment/door.hpp"

#include <algorithm>

namespace consularia::domain {

Timestamp opens_at(const Details& details, std::int64_t opens_before_micros) {
    return {std::max(kEarliest.micros, details.start.micros - opens_before_micros)};
}

Door door_of(
    Status status, const Details& details, std::int64_t opens_before_micros, Timestamp now
) {
    if (is_over(status) || now >= details.end()) return Door::ended;
    return now < opens_at(details, opens_before_micros) ? Door::early : Door::open;
}

}  // namespace consularia::domain
