#include "projections/deadline_rows.hpp"

#include "projections/keys.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace consularia::projections {
namespace {

/// Keys with a common beginning, whose first key is recorded.
class StartedList {
  public:
    StartedList(Batch& batch, Table table, std::string prefix)
        : batch_(batch), table_(table), prefix_(std::move(prefix)) {}

    [[nodiscard]] std::optional<std::string> start() const {
        return batch_.get(Table::deadline_starts, prefix_);
    }

    void insert(std::string_view rest) {
        batch_.put(table_, key(rest), "");
        const auto first = start();
        if (!first || rest < *first) batch_.put(Table::deadline_starts, prefix_, rest);
    }

    void erase(std::string_view rest) {
        batch_.erase(table_, key(rest));
        if (start() != rest) return;
        const auto next = batch_.scan(table_, keys::after(key(rest)), keys::after_all(prefix_));
        if (next->valid()) {
            const std::string first(next->key().substr(prefix_.size()));
            batch_.put(Table::deadline_starts, prefix_, first);
        } else {
            batch_.erase(Table::deadline_starts, prefix_);
        }
    }

  private:
    [[nodiscard]] std::string key(std::string_view rest) const {
        return prefix_ + std::string(rest);
    }

    Batch& batch_;
    const Table table_;
    const std::string prefix_;
};

/// The place of an organization among those of its partition.
std::optional<std::string> place_among(
    const std::optional<std::string>& start, domain::OrganizationId organization
) {
    if (!start) return std::nullopt;
    return keys::place(keys::time_of_place(*start), organization);
}

/// Changes the organization's deadlines, and its place if its earliest end has changed.
template <class Change>
void change(Batch& batch, const Deadline& deadline, const Change& change_list) {
    const auto organization = deadline.organization;
    StartedList list(batch, Table::deadlines, keys::organization(organization));
    const auto before = place_among(list.start(), organization);
    change_list(list, keys::place(deadline.end, deadline.appointment));
    const auto after = place_among(list.start(), organization);
    if (before == after) return;
    StartedList all(batch, Table::next_deadlines, keys::partition(deadline.partition));
    if (before) all.erase(*before);
    if (after) all.insert(*after);
}

}  // namespace

void put_deadline(Batch& batch, const Deadline& deadline) {
    change(batch, deadline, [](StartedList& list, const auto& place) { list.insert(place); });
}

void erase_deadline(Batch& batch, const Deadline& deadline) {
    change(batch, deadline, [](StartedList& list, const auto& place) { list.erase(place); });
}

void forget_deadlines(
    Batch& batch, ledger::Partition partition, domain::OrganizationId organization
) {
    const StartedList list(batch, Table::deadlines, keys::organization(organization));
    const auto place = place_among(list.start(), organization);
    if (!place) return;
    StartedList(batch, Table::next_deadlines, keys::partition(partition)).erase(*place);
}

}  // namespace consularia::projections
