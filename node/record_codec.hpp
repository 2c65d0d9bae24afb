#pragma once
// The codec of every command of the program that reads or writes the contents of records.

#include "infra/crypto/secrets_file.hpp"
#include "ledger/record/record_codec.hpp"
#include "node/ledger_backend.hpp"
#include "node/options.hpp"

namespace consularia::node {

/// The form of new records: the one of the options, or else the ledger's default.
[[nodiscard]] ledger::WriteFormat write_format(
    const ServeOptions& options, const LedgerBackend& backend
);

[[nodiscard]] ledger::RecordCodec make_record_codec(
    const ServeOptions& options, const LedgerBackend& backend, const infra::Secrets& secrets
);

}  // namespace consularia::node
