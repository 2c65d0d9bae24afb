#pragma once
// The lists of an organization's appointments.

#include "domain/ids.hpp"
#include "projections/appointment_filter.hpp"
#include "projections/list_selection.hpp"
#include "projections/read_store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace consularia::projections {

/// One list in one state: count and pages. Reads the Reader, which outlives it.
class AppointmentList {
  public:
    /// Without an order: by start, or with changed_after by the last fact. If no list of the store
    /// has this order for this filter, those that pass are read and sorted, at most `max_rows`;
    /// empty if that is not enough.
    [[nodiscard]] static std::optional<AppointmentList> find(
        const Reader& reader,
        domain::OrganizationId organization,
        const AppointmentFilter& filter,
        std::optional<ListOrder> order = std::nullopt,
        std::size_t max_rows = kDefaultListRows
    );

    /// Exact.
    [[nodiscard]] std::uint64_t count() const;

    /// `limit` appointments, starting with the `offset`th; the cost does not depend on the offset.
    [[nodiscard]] std::vector<ListedAppointment> page(std::uint64_t offset, std::size_t limit)
        const;

  private:
    /// What a list of the store has in the right order.
    struct Ranked {
        std::optional<Selection> selection;  ///< Empty: nothing.
        bool descending = false;
        domain::OrganizationId organization;
        bool may_be_deleted = false;
    };

    using Sorted = std::vector<ListedAppointment>;

    AppointmentList(const Reader& reader, std::variant<Ranked, Sorted> found)
        : reader_(reader), found_(std::move(found)) {}

    [[nodiscard]] std::vector<ListedAppointment> page_of(
        const Ranked& ranked, std::uint64_t offset, std::size_t limit
    ) const;

    const Reader& reader_;
    std::variant<Ranked, Sorted> found_;
};

}  // namespace consularia::projections
