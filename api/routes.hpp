#pragma once
// The table of everything that is served. docs/openapi.json describes the same set; a test compares
// them.

#include "api/bodies/formats.hpp"
#include "api/call.hpp"
#include "base/enum_names.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api {

/// Who may carry out an operation: everybody; the holder of the access link in the path, which the
/// handler checks; the admin; or a token with the scope of this name, or with one of the two.
enum class Access { open, link, admin, read, write, events, read_or_events, webhooks, audit };

/// Who a resource is for: one answer for all of its operations. It is known before the operation
/// is, and for OPTIONS, which is none.
enum class Audience { everybody, link_holders, admin, members };

[[nodiscard]] constexpr Audience audience_of(Access access) {
    switch (access) {
        case Access::open:
            return Audience::everybody;
        case Access::link:
            return Audience::link_holders;
        case Access::admin:
            return Audience::admin;
        case Access::read:
        case Access::write:
        case Access::events:
        case Access::read_or_events:
        case Access::webhooks:
        case Access::audit:
            return Audience::members;
    }
    unknown_enumerator();
}

/// The scope that a token needs; empty if no token is accepted, none is needed, or one of several.
[[nodiscard]] std::optional<domain::Scope> scope_of(Access access);

/// Whether a token with these scopes is accepted.
[[nodiscard]] bool permits(Access access, const domain::Scopes& scopes);

struct Operation {
    std::string_view method;  ///< "GET" also serves HEAD.
    Access access;
    Handler handler;
    Shape body = Shape::object;
    bool has_past = false;  ///< With `as_of` it reads the past, which is the auditors'.
};

/// A path, with {…} for a value, and its operations.
struct Resource {
    std::string_view path;
    std::string_view name;  ///< The "name" in the answer to OPTIONS.
    std::span<const Operation> operations;
    bool below_prefix = true;
    bool page = false;           ///< Also served as an HTML page.
    bool feed = false;           ///< The facts of an organization, frozen or not, as CloudEvents.
    bool proof = false;          ///< Made of the records alone: a frozen organization has them too.
    std::string_view also = {};  ///< Another type of its answers, beside JSON.

    /// Null when there is none. If it is `read_only`, only GET is one.
    [[nodiscard]] const Operation* find(std::string_view method, bool read_only = false) const;
    /// "GET, PATCH, DELETE, HEAD, OPTIONS"
    [[nodiscard]] std::string allow(bool read_only = false) const;

    [[nodiscard]] constexpr Audience audience() const {
        return audience_of(operations.front().access);
    }

    /// Whether all operations are for the resource's audience.
    [[nodiscard]] constexpr bool has_one_audience() const {
        return std::ranges::all_of(operations, [this](const Operation& one) {
            return audience_of(one.access) == audience();
        });
    }
};

struct Match {
    const Resource* resource = nullptr;  ///< Null if the path is unknown.
    std::vector<std::string> values;
};

/// The trailing slash is optional.
[[nodiscard]] Match match(std::string_view path, std::string_view prefix);

}  // namespace consularia::api
