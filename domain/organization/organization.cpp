#include "domain/organization/organization.hpp"

#include <algorithm>

namespace consularia::domain {

const Token* Registered::find_token(TokenId token) const {
    const auto found = std::find_if(tokens.begin(), tokens.end(), [&](const Token& present) {
        return present.grant.id == token;
    });
    return found == tokens.end() ? nullptr : &*found;
}

std::size_t count_unexpired(const std::vector<Token>& tokens, Timestamp now) {
    return static_cast<std::size_t>(std::count_if(
        tokens.begin(), tokens.end(), [now](const Token& token) { return !token.expired(now); }
    ));
}

}  // namespace consularia::domain
