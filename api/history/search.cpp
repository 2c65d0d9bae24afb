#include "api/history/search.hpp"

#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <utility>

namespace consularia::api {

namespace {

using ledger::Sequence;

/// The events to look at, numbered 1 to count() in their order: all of the organization, whose
/// numbers are their sequences, or those of one appointment, whose numbers are its versions.
class Candidates {
  public:
    Candidates(
        const projections::Past& past,
        domain::OrganizationId organization,
        Sequence head,
        std::optional<domain::AppointmentId> appointment
    )
        : reader_(past.reader), organization_(organization), appointment_(appointment) {
        count_ = appointment ? projections::count_events(past, organization, *appointment) : head;
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }

    [[nodiscard]] Sequence sequence(std::uint64_t number) const {
        if (!appointment_) return number;
        const auto row = projections::find_event(reader_, organization_, *appointment_, number);
        if (!row) throw ledger::StorageError("The read store lacks an event of an appointment.");
        return row->sequence;
    }

    /// How many of them have a sequence up to this one.
    [[nodiscard]] std::uint64_t up_to(Sequence last) const {
        if (!appointment_) return std::min(last, count_);
        std::uint64_t within = 0;
        std::uint64_t after = count_ + 1;
        while (after - within > 1) {
            const auto middle = within + (after - within) / 2;
            (sequence(middle) > last ? after : within) = middle;
        }
        return within;
    }

  private:
    const projections::Reader& reader_;
    const domain::OrganizationId organization_;
    const std::optional<domain::AppointmentId> appointment_;
    std::uint64_t count_ = 0;
};

/// The last sequence that lies before the bound.
Sequence before(
    const projections::Past& past,
    domain::OrganizationId organization,
    Sequence head,
    const Moment& bound
) {
    if (const auto* const sequence = std::get_if<Sequence>(&bound)) {
        return *sequence == 0 ? 0 : *sequence - 1;
    }
    const auto time = std::get<domain::Timestamp>(bound);
    if (time == domain::kEarliest) return 0;
    return projections::last_fact_until(
        past, organization, head, time - std::chrono::microseconds(1)
    );
}

/// The last sequence that does not lie after the bound.
Sequence until(
    const projections::Past& past,
    domain::OrganizationId organization,
    Sequence head,
    const Moment& bound
) {
    if (const auto* const sequence = std::get_if<Sequence>(&bound)) return *sequence;
    return projections::last_fact_until(
        past, organization, head, std::get<domain::Timestamp>(bound)
    );
}

}  // namespace

FoundEvents search_events(
    PastEvents& events,
    domain::OrganizationId organization,
    Sequence head,
    const AuditQuery& query,
    const SearchBudget& budget
) {
    const auto past = events.past();
    const Candidates candidates(past, organization, head, query.appointment);
    // Candidates after `low` up to `high` are not examined yet.
    auto low = query.from ? candidates.up_to(before(past, organization, head, *query.from)) : 0;
    auto high = query.to ? candidates.up_to(until(past, organization, head, *query.to))
                         : candidates.count();
    FoundEvents found;
    if (query.selects_all()) found.count = high > low ? high - low : 0;
    if (query.cursor && query.newest_first) {
        const auto examined = *query.cursor == 0 ? 0 : *query.cursor - 1;
        high = std::min(high, candidates.up_to(examined));
    } else if (query.cursor) {
        low = std::max(low, candidates.up_to(*query.cursor));
    }

    std::size_t facts = 0;
    std::size_t read_bytes = 0;
    std::size_t bytes = 0;
    while (low < high) {
        const bool full = found.rows.size() >= query.size || bytes >= budget.bytes ||
                          read_bytes >= budget.read_bytes ||
                          facts + events.folds() * PastEvents::kFactsOfFold >= budget.facts;
        if (full) return found;
        const auto sequence = candidates.sequence(query.newest_first ? high-- : ++low);
        const auto fact = events.read(sequence);
        ++facts;
        read_bytes += fact.bytes;
        found.next = sequence;
        if (!query.selects(fact)) continue;
        found.rows.push_back(events.render(fact, true));
        bytes += found.rows.back().size();
    }
    found.next.reset();
    return found;
}

}  // namespace consularia::api
