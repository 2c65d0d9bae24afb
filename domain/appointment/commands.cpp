#include "domain/appointment/commands.hpp"

namespace consularia::domain {

AppointmentId target_of(const AppointmentCommand& command) {
    return std::visit([](const auto& given) { return given.id; }, command);
}

}  // namespace consularia::domain
