#pragma once
// The options of the HTTP server, and what it reports to the log and the metrics.

#include "api/http/options.hpp"
#include "infra/metrics/metrics.hpp"
#include "node/address.hpp"
#include "node/ledger_backend.hpp"
#include "node/options.hpp"

namespace consularia::node {

/// Throws UsageError.
[[nodiscard]] api::http::TrustedProxies trusted_proxies(const ServeOptions& options);

/// Raises the process's limit of file descriptors. `metrics` outlives the server.
[[nodiscard]] api::http::ServerOptions server_options(
    const ServeOptions& options,
    const LedgerBackend& backend,
    const Address& address,
    infra::Metrics& metrics
);

}  // namespace consularia::node
