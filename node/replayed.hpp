#pragma once
// Data directories that show the past, made by `consularia ledger replay`.

#include "node/data_dir.hpp"

#include <optional>
#include <string>

namespace consularia::node {

/// The moment that the directory shows instead of the present. Throws UsageError unless exactly
/// such a directory is served `read_only`: whoever writes to a copy of the past makes another
/// history.
[[nodiscard]] std::optional<std::string> expect_moment(const DataDir& dir, bool read_only);

}  // namespace consularia::node
