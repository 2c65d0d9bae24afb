#include "api/appointment_query.hpp"

#include "api/history/moment.hpp"
#include "api/query_values.hpp"
#include "domain/time.hpp"

#include <utility>

namespace consularia::api {

namespace {

using projections::ListOrder;

void read_filter_bound(
    const Query& query,
    const std::string& name,
    std::optional<domain::Timestamp>& bound,
    Errors& errors
) {
    const auto text = value_of(query, name);
    if (!text) return;
    bound = read_datetime(*text);
    if (!bound) errors.add(name, Errors::sentence("Enter a valid date/time."));
}

}  // namespace

tl::expected<AppointmentQuery, Errors> read_appointment_query(const Query& query) {
    AppointmentQuery read;
    Errors errors;
    read_filter_bound(query, "start_date", read.filter.start_from, errors);
    read_filter_bound(query, "end_date", read.filter.start_to, errors);
    read.filter.participant_unique_id = value_of(query, "participant_unique_id");
    read.filter.status = read_choice<domain::Status>(query, "status", errors);
    const auto after = value_of(query, "changed_after");
    read.filter.changed_after = read_number("changed_after", after, {}, errors);
    read.filter.include_deleted = read_truth(query, "include_deleted", errors).value_or(false);
    if (read.filter.include_deleted && !after) {
        errors.add(
            "include_deleted", Errors::sentence("Deleted ones are listed with changed_after only.")
        );
    }
    read.cursor = value_of(query, "cursor");
    read.order = read_choice<ListOrder>(query, "ordering", errors);
    if (read.order && read.cursor) {
        errors.add("ordering", Errors::sentence("Pages by cursor have an order of their own."));
    }
    if (!errors.empty()) return tl::unexpected(std::move(errors));
    return read;
}

}  // namespace consularia::api
