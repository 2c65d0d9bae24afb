#include "api/appointment_query.hpp"

#include "api/bodies/sentences.hpp"
#include "base/utf8.hpp"
#include "domain/time.hpp"

#include <utility>

namespace consularia::api {

namespace {

using projections::ListOrder;

/// The value of a parameter; an empty one is like none.
std::optional<std::string> value_of(const Query& query, std::string_view name) {
    auto text = query.last(name);
    if (text && text->empty()) text.reset();
    return text;
}

/// A bound of the list's filter. In a query a + may have turned into a space: "… 02:00".
std::optional<domain::Timestamp> read_bound(std::string text) {
    if (const auto found = domain::parse_datetime(text)) return *found;
    const auto space = text.rfind(' ');
    if (space == std::string::npos) return std::nullopt;
    text[space] = '+';
    const auto found = domain::parse_datetime(text);
    return found ? std::optional(*found) : std::nullopt;
}

void read_filter_bound(
    const Query& query,
    const std::string& name,
    std::optional<domain::Timestamp>& bound,
    Errors& errors
) {
    const auto text = value_of(query, name);
    if (!text) return;
    bound = read_bound(*text);
    if (!bound) errors.add(name, Errors::sentence("Enter a valid date/time."));
}

/// A member of an enum by its name; empty without the parameter.
template <class Enum>
std::optional<Enum> read_choice(const Query& query, const std::string& name, Errors& errors) {
    const auto text = value_of(query, name);
    if (!text) return std::nullopt;
    const auto choice = parse_name<Enum>(*text);
    if (!choice) errors.add(name, Errors::sentence(not_a_choice(replace_invalid_utf8(*text))));
    return choice;
}

}  // namespace

tl::expected<AppointmentQuery, Errors> read_appointment_query(const Query& query) {
    AppointmentQuery read;
    Errors errors;
    read_filter_bound(query, "start_date", read.filter.start_from, errors);
    read_filter_bound(query, "end_date", read.filter.start_to, errors);
    read.filter.participant_unique_id = value_of(query, "participant_unique_id");
    read.cursor = value_of(query, "cursor");
    const auto order = read_choice<ListOrder>(query, "ordering", errors);
    if (order && read.cursor) {
        errors.add("ordering", Errors::sentence("Pages by cursor have an order of their own."));
    }
    read.order = order.value_or(ListOrder::start);
    if (!errors.empty()) return tl::unexpected(std::move(errors));
    return read;
}

}  // namespace consularia::api
