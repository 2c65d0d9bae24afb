#include "api/tickets.hpp"

#include <algorithm>
#include <charconv>

namespace consularia::api {

namespace {

/// No hashed request has the same text (api/derivation.cpp).
ledger::Hash sign(const Service& service, std::string_view signed_part) {
    return service.hash_request("event ticket\n" + std::string(signed_part));
}

/// Takes the part before the next dot.
std::string_view take_part(std::string_view& rest) {
    const auto dot = std::min(rest.find('.'), rest.size());
    const auto part = rest.substr(0, dot);
    rest.remove_prefix(std::min(dot + 1, rest.size()));
    return part;
}

std::optional<domain::Timestamp> parse_expiry(std::string_view text) {
    domain::Timestamp::rep since_epoch = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, since_epoch);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return domain::Timestamp(domain::Timestamp::duration(since_epoch));
}

}  // namespace

Ticket make_ticket(
    const Service& service, domain::OrganizationId organization, domain::TokenId token
) {
    return {organization, token, service.new_id(), service.clock->now() + kTicketLife};
}

std::string to_string(const Service& service, const Ticket& ticket) {
    auto text = domain::format_uuid_bare(ticket.organization.bytes) + '.' +
                domain::format_uuid_bare(ticket.token.bytes) + '.' +
                domain::format_uuid_bare(ticket.id) + '.' +
                std::to_string(ticket.expires_at.time_since_epoch().count());
    const auto signature = ledger::to_hex(sign(service, text));
    return text + '.' + signature;
}

std::optional<Ticket> read_ticket(const Service& service, std::string_view text) {
    const auto end = text.rfind('.');
    if (end == std::string_view::npos) return std::nullopt;
    auto rest = text.substr(0, end);
    const auto signature = ledger::to_hex(sign(service, rest));
    // The hashes are compared, since a comparison ends at the first difference.
    if (ledger::sha256(signature) != ledger::sha256(text.substr(end + 1))) return std::nullopt;
    const auto organization = domain::OrganizationId::parse(take_part(rest));
    const auto token = domain::TokenId::parse(take_part(rest));
    const auto id = domain::parse_uuid(take_part(rest));
    const auto expires_at = parse_expiry(take_part(rest));
    if (!organization || !token || !id || !expires_at) return std::nullopt;
    return Ticket{*organization, *token, *id, *expires_at};
}

bool UsedTickets::use(const Ticket& ticket, domain::Timestamp now) {
    if (ticket.expires_at <= now || ticket.expires_at - kTicketLife < since_) return false;
    const std::lock_guard lock(mutex_);
    while (!used_.empty() && used_.begin()->second <= now) used_.erase(used_.begin());
    return used_.try_emplace(ticket.id, ticket.expires_at).second;
}

}  // namespace consularia::api
