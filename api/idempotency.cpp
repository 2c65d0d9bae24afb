#include "api/idempotency.hpp"

#include "api/bodies/value_text.hpp"
#include "base/overloaded.hpp"
#include "domain/limits.hpp"
#include "projections/queries.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

/// Without the trailing slash, and with every id in its printed form.
std::string canonical_path(std::string_view path) {
    if (path.ends_with('/')) path.remove_suffix(1);
    std::string canonical;
    while (!path.empty()) {
        const auto end = std::min(path.find('/', 1), path.size());
        const auto segment = path.substr(1, end - 1);
        const auto id = domain::parse_uuid(segment);
        canonical += '/';
        canonical += id ? domain::format_uuid(*id) : std::string(segment);
        path.remove_prefix(end);
    }
    return canonical;
}

/// Empty if the caller is not known: nobody's keys are remembered.
std::optional<ledger::Actor> actor_of(const Caller& caller) {
    return std::visit(
        Overloaded{
            [](const Stranger&) -> std::optional<ledger::Actor> { return std::nullopt; },
            [](const Admin&) -> std::optional<ledger::Actor> { return ledger::AdminActor{}; },
            [](const Member& member) -> std::optional<ledger::Actor> {
                return ledger::TokenActor{member.token};
            }},
        caller
    );
}

}  // namespace

tl::expected<std::optional<ledger::Idempotency>, Failure> read_idempotency(const Call& call) {
    auto key = call.request.header("Idempotency-Key");
    if (!key) return std::nullopt;
    const bool visible =
        std::all_of(key->begin(), key->end(), [](char c) { return c > ' ' && c < 0x7f; });
    constexpr auto longest = domain::limits::kIdempotencyKey.accepted;
    if (key->empty() || key->size() > longest || !visible) {
        return tl::unexpected(Failure{
            400,
            "Idempotency-Key must be 1 to " + std::to_string(longest) +
                " visible ASCII characters.",
            {}});
    }
    std::string text = call.request.method + "\n" + canonical_path(call.request.path) + "\n";
    append_canonical(text, call.body);
    return ledger::Idempotency{std::move(*key), call.service.hash_request(text)};
}

Failure idempotency_mismatch() {
    return {422, "This Idempotency-Key was used with a different request.", {}};
}

std::optional<Failure> find_mismatch(
    const Call& call, const projections::Reader& reader, domain::OrganizationId organization
) {
    const auto actor = actor_of(call.caller);
    if (!call.idempotency || !actor) return std::nullopt;
    const Service& service = call.service;
    const auto find = [&](const std::string& name) {
        return projections::find_remembered(reader, organization, name);
    };
    const auto remembered = ledger::find_unexpired(
        *actor,
        service.codec->forms_of(organization, call.idempotency->key),
        service.clock->now(),
        service.idempotency_ttl,
        find
    );
    return remembered ? std::optional(idempotency_mismatch()) : std::nullopt;
}

}  // namespace consularia::api
