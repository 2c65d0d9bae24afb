#include "ledger/record/type_name.hpp"

#include <algorithm>
#include <cstddef>

namespace consularia::ledger {

bool looks_like_ours(std::string_view type) {
    constexpr std::size_t kLongest = 100;
    const auto harmless = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    };
    return type.size() <= kLongest && type.starts_with("dev.consularia.") &&
           std::ranges::all_of(type, harmless);
}

}  // namespace consularia::ledger
