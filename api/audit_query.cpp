#include "api/audit_query.hpp"

#include "api/bodies/sentences.hpp"

#include <limits>

namespace consularia::api {

namespace {

/// Less than what parse_number() returns for larger numbers.
constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

}  // namespace

std::uint64_t AuditNumbers::number(
    const std::string& name, std::uint64_t least, std::optional<std::uint64_t> otherwise
) {
    const auto refuse = [&](std::string sentence) -> std::uint64_t {
        errors_.add(name, Errors::sentence(std::move(sentence)));
        return 0;
    };
    const auto text = query_.last(name);
    if (!text) return otherwise ? *otherwise : refuse(std::string(kRequired));
    const bool negative = text->starts_with('-') && parse_number(text->substr(1));
    const auto value = negative ? 0 : parse_number(*text);
    if (!value) return refuse(std::string(kNotAnInteger));
    if (negative || *value < least) return refuse(at_least(least));
    if (*value > kMost) return refuse(at_most(kMost));
    return *value;
}

void AuditNumbers::expect_order(
    const std::string& name,
    std::uint64_t value,
    const std::string& other,
    std::uint64_t other_value
) {
    if (!errors_.empty() || value <= other_value) return;
    errors_.add(name, Errors::sentence("Ensure this value is not greater than \"" + other + "\"."));
}

}  // namespace consularia::api
