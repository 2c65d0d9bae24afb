#include "domain/appointment/appointment.hpp"

#include "base/check.hpp"

#include <type_traits>
#include <unordered_map>

namespace consularia::domain {

namespace {

template <std::size_t... kIndexes>
Appointment make(Status status, Details details, std::index_sequence<kIndexes...>) {
    Appointment made;
    const auto try_state = [&]<Status kStatus>(std::integral_constant<Status, kStatus>) {
        if (status == kStatus) made = In<kStatus>{std::move(details)};
        return status == kStatus;
    };
    const bool known =
        (try_state(std::integral_constant<Status, kAllOf<Status>[kIndexes]>()) || ...);
    CHECK(known);
    return made;
}

}  // namespace

void Config::set(Feature feature, bool enabled) {
    for (auto& [present, value] : entries_) {
        if (present == feature) {
            value = enabled;
            return;
        }
    }
    entries_.emplace_back(feature, enabled);
}

const Details* details_of(const Appointment& appointment) {
    return std::visit(
        [](const auto& state) -> const Details* {
            if constexpr (std::is_same_v<std::decay_t<decltype(state)>, Absent>) {
                return nullptr;
            } else {
                return &state.details;
            }
        },
        appointment
    );
}

Status status_of(const Appointment& appointment) {
    return std::visit(
        [](const auto& state) -> Status {
            if constexpr (std::is_same_v<std::decay_t<decltype(state)>, Absent>) {
                check_failed("the appointment is not absent", __FILE__, __LINE__);
            } else {
                return state.kIs;
            }
        },
        appointment
    );
}

Appointment with_status(Status status, Details details) {
    return make(status, std::move(details), std::make_index_sequence<count_of<Status>()>());
}

Version version_of(const Appointment& appointment) {
    const Details* const details = details_of(appointment);
    return details == nullptr ? 0 : details->version;
}

Version tag_of(const Appointment& appointment) {
    const Details* const details = details_of(appointment);
    return details == nullptr ? 0 : details->tag;
}

const Participant* find_participant(const Details& details, ParticipantId id) {
    const auto found = std::ranges::find(*details.participants, id, &Participant::id);
    return found == details.participants->end() ? nullptr : &*found;
}

std::optional<Timestamp> last_join(const Details& details, ParticipantId id) {
    const auto found = std::ranges::lower_bound(*details.joins, id, {}, &LastJoin::participant);
    if (found == details.joins->end() || found->participant != id) return std::nullopt;
    return found->time;
}

std::vector<bool> find_duplicates(
    const std::vector<Participant>& present, const std::vector<std::optional<UniqueId>>& added
) {
    std::vector<bool> duplicate(added.size(), false);
    // Only the added participants are indexed: they are often few, where those present are many.
    std::unordered_map<std::string_view, std::size_t> first_with;
    for (std::size_t i = 0; i < added.size(); ++i) {
        if (added[i]) duplicate[i] = !first_with.emplace(added[i]->value(), i).second;
    }
    for (const auto& participant : present) {
        const auto found = first_with.find(participant.unique_id.value());
        if (found != first_with.end()) duplicate[found->second] = true;
    }
    return duplicate;
}

}  // namespace consularia::domain
