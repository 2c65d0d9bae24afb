#pragma once
// Pages of a list (docs/api.md, Lists).

#include "api/call.hpp"
#include "api/pieces.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::api {

inline constexpr std::uint64_t kDefaultPageSize = 20;
inline constexpr std::uint64_t kMaxPageSize = 100;

/// The decoded parameters of a query, in their order.
class Query {
  public:
    explicit Query(std::string_view text);

    /// The last value of this parameter; empty if it is absent.
    [[nodiscard]] std::optional<std::string> last(std::string_view name) const;

    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const {
        return parameters_;
    }

  private:
    std::vector<std::pair<std::string, std::string>> parameters_;
};

/// A number of at least 0 as Python's int() reads it (surrounding blanks, a plus sign); empty for
/// anything else, the maximum for a larger one.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

struct Page {
    std::uint64_t number = 1;
    std::uint64_t size = kDefaultPageSize;
    std::uint64_t count = 0;

    [[nodiscard]] std::uint64_t offset() const { return (number - 1) * size; }
};

/// What the query says, or the default.
[[nodiscard]] std::uint64_t find_page_size(const Query& query);

/// The page of a list of `count` that the query asks for; empty if there is no such page.
[[nodiscard]] std::optional<Page> find_page(const Query& query, std::uint64_t count);

[[nodiscard]] Failure invalid_page();

/// Scheme and host of links.
[[nodiscard]] std::string origin_of(const Call& call);

/// The request's own URL with another value of one parameter; empty: without it.
[[nodiscard]] std::string link_with(
    const Call& call, const Query& query, const std::string& name, const std::string& value
);

/// Renders `{"count","next","previous","results"}` around results that are JSON; a large
/// page is written in pieces.
[[nodiscard]] Response render_page(
    const Call& call, const Query& query, const Page& page, Parts results
);
[[nodiscard]] Response render_page(
    const Call& call, const Query& query, const Page& page, std::vector<std::string> results
);

/// Renders `{"next","previous","results"}`. `next` is the cursor of the next page; there is no way
/// back.
[[nodiscard]] Response render_cursor_page(
    const Call& call, const Query& query, const std::optional<std::string>& next, Parts results
);

}  // namespace consularia::api
