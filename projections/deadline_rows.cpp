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
    StartedList(WriteSet& writes, Table table, std::string prefix)
        : writes_(writes),
          table_(table),
          prefix_(std::move(prefix)),
          start_(writes_.get(Table::deadline_starts, prefix_)) {}

    [[nodiscard]] const std::optional<std::string>& start() const { return start_; }

    void insert(std::string_view rest) {
        writes_.put(table_, key(rest), "");
        if (!start_ || rest < *start_) set_start(rest);
    }

    void erase(std::string_view rest) {
        writes_.erase(table_, key(rest));
        if (start_ != rest) return;
        const auto next = writes_.scan(table_, keys::after(key(rest)), keys::after_all(prefix_));
        if (next->valid()) {
            set_start(next->key().substr(prefix_.size()));
        } else {
            start_.reset();
            writes_.erase(Table::deadline_starts, prefix_);
        }
    }

  private:
    void set_start(std::string_view rest) {
        start_ = rest;
        writes_.put(Table::deadline_starts, prefix_, rest);
    }

    [[nodiscard]] std::string key(std::string_view rest) const {
        return prefix_ + std::string(rest);
    }

    WriteSet& writes_;
    const Table table_;
    const std::string prefix_;
    std::optional<std::string> start_;
};

/// The place of an organization among those of its partition.
std::optional<std::string> place_among(
    const std::optional<std::string>& start, domain::OrganizationId organization
) {
    if (!start) return std::nullopt;
    return keys::place(keys::time_of_place(*start), organization);
}

std::optional<std::string> place_of(WriteSet& writes, domain::OrganizationId organization) {
    const StartedList list(writes, Table::deadlines, keys::organization(organization));
    return place_among(list.start(), organization);
}

/// Changes the organization's deadlines, and its place if its earliest end has changed.
template <class Change>
void change(WriteSet& writes, const Deadline& deadline, const Change& change_list) {
    const auto organization = deadline.organization;
    StartedList list(writes, Table::deadlines, keys::organization(organization));
    const auto before = place_among(list.start(), organization);
    change_list(list, keys::place(deadline.end, deadline.appointment));
    const auto after = place_among(list.start(), organization);
    if (before == after) return;
    StartedList all(writes, Table::next_deadlines, keys::partition(deadline.partition));
    if (before) all.erase(*before);
    if (after) all.insert(*after);
}

}  // namespace

void put_deadline(WriteSet& writes, const Deadline& deadline) {
    change(writes, deadline, [](StartedList& list, const auto& place) { list.insert(place); });
}

void erase_deadline(WriteSet& writes, const Deadline& deadline) {
    change(writes, deadline, [](StartedList& list, const auto& place) { list.erase(place); });
}

void forget_deadlines(
    WriteSet& writes, ledger::Partition partition, domain::OrganizationId organization
) {
    const auto place = place_of(writes, organization);
    if (!place) return;
    StartedList(writes, Table::next_deadlines, keys::partition(partition)).erase(*place);
}

void restore_deadlines(
    WriteSet& writes, ledger::Partition partition, domain::OrganizationId organization
) {
    const auto place = place_of(writes, organization);
    if (!place) return;
    StartedList(writes, Table::next_deadlines, keys::partition(partition)).insert(*place);
}

}  // namespace consularia::projections
