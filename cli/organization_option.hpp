#pragma once
// The option --organization of commands that read the log.

#include "domain/ids.hpp"
#include "node/usage_error.hpp"

#include <optional>
#include <string>

namespace consularia::cli {

/// Empty for an empty text, which stands for all organizations. Throws UsageError.
[[nodiscard]] inline std::optional<domain::OrganizationId> read_organization(const std::string& text
) {
    if (text.empty()) return std::nullopt;
    const auto id = domain::OrganizationId::parse(text);
    if (!id) throw node::UsageError("\"" + text + "\" is not a UUID.");
    return id;
}

}  // namespace consularia::cli
