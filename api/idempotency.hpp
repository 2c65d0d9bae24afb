#pragma once
// Idempotency-Key: what a request's key stands for, and what it stood for before.

#include "api/call.hpp"

#include <tl/expected.hpp>

#include <optional>

namespace consularia::api {

/// The key and the hash of the request (method, path without its trailing slash, parsed body);
/// empty without the header; 400 when it is empty, too long (limits::kIdempotencyKey) or not
/// visible ASCII.
[[nodiscard]] tl::expected<std::optional<ledger::Idempotency>, Failure> read_idempotency(
    const Call& call
);

[[nodiscard]] Failure idempotency_mismatch();

/// For a request that is refused without a command: 422 if its key is remembered in this state of
/// the organization. (The remembered request must be a different one, since it was carried out.)
[[nodiscard]] std::optional<Failure> find_mismatch(
    const Call& call, const projections::Reader& reader, domain::OrganizationId organization
);

}  // namespace consularia::api
