#pragma once
// Builds the read store of a data directory that no server uses.

#include "infra/crypto/secrets_file.hpp"
#include "infra/crypto/signed_links.hpp"
#include "ledger/record/record_codec.hpp"
#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"
#include "node/options.hpp"
#include "node/start_progress.hpp"
#include "projections/projector_options.hpp"

#include <string>

namespace consularia::cli {

/// What rows are made with, as a server with these options has it.
class OwnInputs {
  public:
    OwnInputs(
        const node::ServeOptions& options,
        const node::LedgerBackend& backend,
        const node::DataDir& dir
    );

    [[nodiscard]] projections::RowInputs get() const { return {links_, codec_}; }

  private:
    const std::string url_;
    const infra::Secrets secrets_;
    const infra::SignedLinks links_;
    const ledger::RecordCodec codec_;
};

/// Builds it again from the journal, which is brought up to date with an embedded ledger first.
/// Precondition: the caller holds the directory's lock. Throws StorageError.
void build_alone(
    const node::ServeOptions& options,
    const node::LedgerBackend& backend,
    const node::DataDir& dir,
    node::StartProgress& progress
);

}  // namespace consularia::cli
