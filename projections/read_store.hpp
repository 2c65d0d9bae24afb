#pragma once
// The store of the read models.

#include "projections/table.hpp"
#include "tables/store.hpp"

namespace consularia::projections {

using tables::Cursor;
using tables::Reader;
using tables::WriteSet;

/// Its tables are those of Table.
using ReadStore = tables::Store;

}  // namespace consularia::projections
