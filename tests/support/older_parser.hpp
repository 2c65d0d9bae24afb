#pragma once
// How earlier versions of the product read records: with nlohmann's parser. They and this version
// judge the same logs, so they must read the same in all bytes (decision 43).

#include <optional>
#include <string>
#include <string_view>

namespace consularia::test {

/// What an earlier version and this one read differently in these bytes; empty if nothing.
[[nodiscard]] std::optional<std::string> find_difference(std::string_view bytes);

}  // namespace consularia::test
