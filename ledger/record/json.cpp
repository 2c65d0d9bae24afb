#include "ledger/record/json.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <vector>

namespace consularia::ledger {

namespace {

/// One of 64 bits, rarely the same one for two names of our records.
std::uint64_t bit_of(std::string_view name) {
    if (name.empty()) return 1;
    const auto sum = name.size() + 5U * static_cast<unsigned char>(name.front()) +
                     11U * static_cast<unsigned char>(name.back());
    return std::uint64_t{1} << sum % 64;
}

/// Compares a name with those before it only where their bits are the same.
bool has_duplicates_of_few(const Json& object) {
    std::uint64_t seen = 0;
    for (const auto& member : object.members()) {
        const auto bit = bit_of(member.name);
        if ((seen & bit) != 0 && object.find(member.name) != &member.value) return true;
        seen |= bit;
    }
    return false;
}

bool has_duplicates_of_many(const Json& object) {
    std::vector<std::string_view> names;
    names.reserve(object.size());
    for (const auto& member : object.members()) names.push_back(member.name);
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

std::optional<std::string_view> Json::string() const {
    return kind_ == Kind::string ? std::optional(text()) : std::nullopt;
}

std::optional<std::int64_t> Json::integer() const {
    if (kind_ != Kind::number) return std::nullopt;
    std::int64_t value = 0;
    const auto [rest, error] = std::from_chars(text_, text_ + size_, value);
    if (error != std::errc{} || rest != text_ + size_) return std::nullopt;
    return value;
}

const Json* Json::find(std::string_view name) const {
    for (const auto& member : members()) {
        if (member.name == name) return &member.value;
    }
    return nullptr;
}

std::string_view Json::find_text(std::string_view name) const {
    const auto* const found = find(name);
    return found == nullptr ? std::string_view() : found->string().value_or("");
}

bool has_duplicates(const Json& object) {
    constexpr std::size_t kFew = 64;
    return object.size() <= kFew ? has_duplicates_of_few(object) : has_duplicates_of_many(object);
}

}  // namespace consularia::ledger
