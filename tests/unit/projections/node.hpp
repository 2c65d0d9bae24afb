#pragma once
// A read store in memory with its projector: what one node knows of a log.

#include "projections/appointment_lists.hpp"
#include "projections/projector.hpp"
#include "projections/queries.hpp"
#include "tests/support/kept.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/record_samples.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace consularia::projections {

/// Links that can be read: `https://c.example/join/<number of the participant>`.
class PlainLinks final : public Links {
  public:
    std::string access_link(
        domain::OrganizationId, domain::AppointmentId, domain::ParticipantId participant
    ) const override {
        return "https://c.example/join/" + std::to_string(participant.bytes[15]);
    }

    std::optional<LinkTarget> verify(std::string_view) const override { return std::nullopt; }

    std::string fingerprint() const override { return "plain"; }
};

class Node {
  public:
    explicit Node(
        ProjectorOptions options = {ledger::kIdempotencyTtl, {}, {}, {}},
        const ledger::RecordCodec& codec = samples::codec()
    )
        : projector(store, journal(), {links, codec}, std::move(options)) {}

    /// Appends to partition 0 and applies it, in one step if it fits; everything is wanted.
    std::vector<ledger::Judged> apply(const std::vector<std::string>& values) {
        const auto entries = samples::entries(values, projector.next_position(0));
        std::vector<ledger::Judged> judged;
        while (judged.size() < entries.size()) {
            auto more = projector.apply(0, std::span(entries).subspan(judged.size()), everything);
            std::ranges::move(more, std::back_inserter(judged));
        }
        return judged;
    }

    static ledger::Awaited everything(const ledger::Hash&) { return {ledger::Wanted::rendering}; }

    /// The only one's.
    ledger::Judged apply(const std::string& value) { return apply(std::vector{value}).front(); }

    std::size_t count(Table table) const { return store.rows(table).size(); }

    journal::Journal& journal() { return journal_.journal; }

    tables::Store& journal_store() { return journal_.store; }

    /// As of now.
    Past past() { return {reader(), journal(), samples::codec()}; }

    const Reader& reader() {
        snapshot_ = store.snapshot();
        return *snapshot_;
    }

  private:
    test::MemoryJournal journal_;

  public:
    test::MemoryReadStore store;
    PlainLinks links;
    Projector projector;

  private:
    std::shared_ptr<const Reader> snapshot_;
};

inline std::uint64_t count_appointments(
    const Reader& reader, domain::OrganizationId organization, const AppointmentFilter& filter
) {
    return AppointmentList::find(reader, organization, filter).value().count();
}

/// The ids on a page of a list without deleted ones.
inline std::vector<domain::AppointmentId> list_appointments(
    const Reader& reader,
    domain::OrganizationId organization,
    const AppointmentFilter& filter,
    std::uint64_t offset,
    std::size_t limit,
    ListOrder order = ListOrder::start
) {
    std::vector<domain::AppointmentId> ids;
    const auto list = AppointmentList::find(reader, organization, filter, order);
    for (const auto& each : list.value().page(offset, limit)) ids.push_back(each.id);
    return ids;
}

/// The state as the representation shows it: without joins, and its version is its tag.
inline domain::Appointment shown(const domain::Appointment& appointment) {
    const auto* const details = domain::details_of(appointment);
    if (details == nullptr) return appointment;
    auto plain = *details;
    plain.version = plain.tag;
    plain.joins = {};
    return domain::with_status(domain::status_of(appointment), std::move(plain));
}

/// The rows of all tables, by the table's name; those without rows are left out.
using AllRows = std::map<std::string, test::MemoryReadStore::Rows>;

inline AllRows all_rows(const test::MemoryReadStore& store) {
    AllRows all;
    for (std::size_t i = 0; i < kTableCount; ++i) {
        const auto table = static_cast<Table>(i);
        if (auto rows = store.rows(table); !rows.empty()) all[std::string(to_string(table))] = rows;
    }
    return all;
}

/// Without the checkpoints, which every record moves.
inline AllRows rows_beside_meta(const test::MemoryReadStore& store) {
    auto all = all_rows(store);
    all.erase("meta");
    return all;
}

/// The names of the tables that differ: the rows themselves are not for reading.
inline std::vector<std::string> differing_tables(AllRows a, AllRows b) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kTableCount; ++i) {
        const std::string name(to_string(static_cast<Table>(i)));
        if (a[name] != b[name]) names.push_back(name);
    }
    return names;
}

/// How many rows each table has, by name; tables without rows and meta are left out.
inline std::map<std::string, std::size_t> row_counts(const test::MemoryReadStore& store) {
    std::map<std::string, std::size_t> counts;
    for (const auto& [name, rows] : rows_beside_meta(store)) counts[name] = rows.size();
    return counts;
}

}  // namespace consularia::projections
