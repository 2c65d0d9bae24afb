#include "api/history/moment.hpp"

#include <algorithm>
#include <charconv>

namespace consularia::api {

std::optional<domain::Timestamp> read_datetime(std::string text) {
    if (const auto found = domain::parse_datetime(text)) return *found;
    const auto space = text.rfind(' ');
    if (space == std::string::npos) return std::nullopt;
    text[space] = '+';
    const auto found = domain::parse_datetime(text);
    return found ? std::optional(*found) : std::nullopt;
}

std::optional<Moment> read_moment(const std::string& text) {
    const bool digits =
        !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
        ledger::Sequence sequence = 0;
        const auto* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, sequence);
        // One that is too large for a sequence is after every head.
        return error == std::errc{} ? Moment(sequence) : Moment(~ledger::Sequence{});
    }
    const auto time = read_datetime(text);
    return time ? std::optional<Moment>(*time) : std::nullopt;
}

tl::expected<ledger::Sequence, std::string> fact_at(
    const projections::Past& past,
    domain::OrganizationId organization,
    ledger::Sequence head,
    const Moment& moment,
    domain::Timestamp now
) {
    if (const auto* const sequence = std::get_if<ledger::Sequence>(&moment)) {
        if (*sequence == 0) return tl::unexpected(std::string("The first event has sequence 1."));
        if (*sequence <= head) return *sequence;
        return tl::unexpected("The last event has sequence " + std::to_string(head) + ".");
    }
    const auto time = std::get<domain::Timestamp>(moment);
    // The clock of the node that wrote the last one may be ahead of ours.
    if (time > now && time > projections::read_fact(past, organization, head).envelope.time) {
        return tl::unexpected(std::string("This moment is still to come."));
    }
    const auto sequence = projections::last_fact_until(past, organization, head, time);
    if (sequence > 0) return sequence;
    return tl::unexpected(std::string("This moment lies before the first event."));
}

}  // namespace consularia::api
