#pragma once
// The table of everything that is served. docs/openapi.json describes the same set; a test compares
// them.

#include "api/bodies/formats.hpp"
#include "api/call.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api {

/// Who may carry out an operation: everybody; the holder of the access link in the path, which the
/// handler checks; the admin; or a token with the scope of this name.
enum class Access { open, link, admin, read, write, events, webhooks, audit };

/// The scope that a token needs; empty if no token is accepted or none is needed.
[[nodiscard]] std::optional<domain::Scope> scope_of(Access access);

struct Operation {
    std::string_view method;  ///< "GET" also serves HEAD.
    Access access;
    Handler handler;
    Shape body = Shape::object;
};

/// A path, with {…} for a value, and its operations.
struct Resource {
    std::string_view path;
    std::string_view name;  ///< The "name" in the answer to OPTIONS.
    std::span<const Operation> operations;
    bool below_prefix = true;
    bool page = false;  ///< Also served as an HTML page.

    /// Null when there is none.
    [[nodiscard]] const Operation* find(std::string_view method) const;
    /// "GET, PATCH, DELETE, HEAD, OPTIONS"
    [[nodiscard]] std::string allow() const;

    /// Needs no token, and neither does OPTIONS.
    [[nodiscard]] bool open() const {
        const Access access = operations.front().access;
        return access == Access::open || access == Access::link;
    }

    /// Whether it cannot be answered before ledger and read store are open.
    [[nodiscard]] bool needs_data() const { return operations.front().access != Access::open; }

    [[nodiscard]] bool for_admin() const { return operations.front().access == Access::admin; }
};

struct Match {
    const Resource* resource = nullptr;  ///< Null if the path is unknown.
    std::vector<std::string> values;
};

/// The trailing slash is optional.
[[nodiscard]] Match match(std::string_view path, std::string_view prefix);

}  // namespace consularia::api
