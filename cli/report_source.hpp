#pragma once
// Where a report gets an export from, and what is known there that no export says: the file of an
// auditor knows least, the machine with the data most.

#include "cli/client_commands.hpp"
#include "cli/temporary_file.hpp"
#include "ledger/log/ledger.hpp"
#include "node/options.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace consularia::cli {

struct SourceOptions {
    std::string file;          ///< An export. Empty: it is made from one of the next two.
    std::string organization;  ///< Then whose.
    std::string server;        ///< URL; empty: the data directory is read.
    std::string token;         ///< For the server, with the scope audit.
    std::chrono::seconds timeout = ClientOptions{}.timeout;
    node::StoreOptions store;
    std::string secrets_file;  ///< Empty: <data-dir>/secrets.toml, or none if no data is read.
    std::string public_url;    ///< The server's, for what is signed from its data.
};

/// A key as its server publishes it.
struct KnownKey {
    std::string verifier_key;
    std::string valid_from;
    std::string valid_to;  ///< Empty for the last one.
};

/// A line of restores.jsonl.
struct KnownRestore {
    std::string time;
    std::string backup;
    std::string end;           ///< The position up to which the restored ledger reached.
    std::string replaced_end;  ///< The same of the one before; empty without one.
    std::string reason;        ///< Empty: none was given.
};

/// Records of an organization that are no facts.
struct KnownVoids {
    static constexpr std::size_t kMaxShown = 1000;

    std::uint64_t count = 0;
    std::vector<std::string> shown;  ///< The first of them, where they are.
    std::uint64_t faults = 0;        ///< What `ledger verify` says about its chain.
    std::vector<std::string> whats;  ///< The first of them.
};

/// Empty members are not known at this source.
struct ReportSource {
    std::string sentence;  ///< Where the records are from.
    std::string file;      ///< The export.
    std::unique_ptr<TemporaryFile> made;
    std::optional<std::vector<KnownKey>> keys;
    std::optional<std::vector<KnownRestore>> restores;
    std::string no_restores =
        "Whether the ledger was put back to an older backup is not known here. Records do not say "
        "it, though a kept head that counts more, or others, would not fit. `consularia audit "
        "report --organization ID --data-dir DIR`, on the machine with the data, says it.";
    std::optional<KnownVoids> voids;
};

/// Throws UsageError, StorageError, SecretsError, and std::runtime_error if the server refuses.
[[nodiscard]] ReportSource open_source(const SourceOptions& options);

}  // namespace consularia::cli
