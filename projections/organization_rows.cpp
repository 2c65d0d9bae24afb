#include "projections/organization_rows.hpp"

#include "projections/keys.hpp"
#include "projections/queries.hpp"
#include "projections/ranks.hpp"
#include "projections/row_codec.hpp"

#include <variant>

namespace consularia::projections {
namespace {

const domain::Registered* registered(const domain::Organization& organization) {
    return std::get_if<domain::Registered>(&organization);
}

/// The tokens that one state has and the other does not.
template <class Visit>
void for_each_only_in(
    const domain::Organization& one, const domain::Organization& other, const Visit& visit
) {
    const auto* const has = registered(one);
    if (has == nullptr) return;
    const auto* const lacks = registered(other);
    for (const auto& token : has->tokens) {
        if (lacks == nullptr || lacks->find_token(token.grant.id) == nullptr) visit(token.grant);
    }
}

}  // namespace

tl::expected<domain::Organization, domain::ImpossibleTransition> apply_to_organization(
    WriteSet& writes, const ledger::Record& record, const ledger::OrganizationRecordEvent& fact
) {
    const auto id = record.organization;
    const auto before = find_organization(writes, id);
    auto after = evolve(before, fact.event, {id, fact.version, record.time, record.sequence});
    if (!after) return after;
    if (registered(before) == nullptr) {
        KnownRanks none(0);  // other partitions change this list too
        insert(writes, none, organization_list(), keys::place(record.time, id));
    }

    for_each_only_in(before, *after, [&](const domain::TokenGrant& revoked) {
        writes.erase(Table::tokens, keys::token(id, revoked.secret_hash));
    });
    for_each_only_in(*after, before, [&](const domain::TokenGrant& issued) {
        const TokenRow row{issued.id, issued.scopes, issued.expires_at};
        writes.put(Table::tokens, keys::token(id, issued.secret_hash), encode_token(row));
        writes.put(Table::issued_tokens, keys::issued_token(id, issued.id), encode_issued(issued));
    });
    if (const auto* const found = registered(*after)) {
        writes.put(Table::organizations, keys::organization(id), encode_organization(*found));
    }
    return after;
}

}  // namespace consularia::projections
