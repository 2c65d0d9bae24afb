#pragma once
// Parses JSON as the ledger accepts it: RFC 8259, UTF-8, nothing before or after the one value.
// Lone surrogates and numbers beyond the range of a double are refused. Which texts are accepted,
// and what they say, decides what is a fact, so it never changes: decision 43.

#include "ledger/record/json.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace consularia::ledger {

inline constexpr std::size_t kMaxJsonDepth = 32;    ///< The outermost value has depth 1.
inline constexpr std::size_t kMaxJsonMembers = 64;  ///< The members of one object.

/// A parsed text. Refers to its bytes, which must outlive it.
class JsonText {
  public:
    /// Empty if the bytes are not JSON. Uses no recursion: depth costs only a few bytes of memory.
    /// Values deeper than `depth` are checked and not kept, which is faster.
    [[nodiscard]] static std::optional<JsonText> parse(
        std::string_view bytes, std::size_t depth = kMaxJsonDepth
    );

    [[nodiscard]] const Json& root() const { return values_.front(); }

    /// Whether it is an object without duplicate names at any depth, within the limits above, and
    /// all of it was kept.
    [[nodiscard]] bool is_strict() const { return strict_; }

  private:
    friend class JsonScanner;

    JsonText() = default;

    std::vector<Json> values_;
    std::vector<char> decoded_;  ///< The strings that had escapes.
    bool strict_ = true;
};

}  // namespace consularia::ledger
