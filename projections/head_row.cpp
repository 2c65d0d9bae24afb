#include "projections/head_row.hpp"

#include "projections/keys.hpp"
#include "projections/row_codec.hpp"

namespace consularia::projections {

HeadRow find_head_row(const Reader& reader, domain::OrganizationId organization) {
    const auto row = reader.get(Table::heads, keys::organization(organization));
    return row ? decode_head(*row) : HeadRow{};
}

}  // namespace consularia::projections
