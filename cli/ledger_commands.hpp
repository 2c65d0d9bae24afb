#pragma once
// `consularia ledger …`: works on the log itself, also beside a running server.

#include "node/options.hpp"

#include <string>

namespace consularia::cli {

/// Makes the topic of a Kafka ledger, or checks the one that there is, and prints its identity.
void init_ledger(const node::StoreOptions& options);

/// Checks the chain of every organization and prints what it found. Throws when a fault was found,
/// naming the organization and the sequence.
void verify_ledger(const node::StoreOptions& options);

struct ExportOptions {
    std::string organization;  ///< Empty: all.
    bool facts_only = false;
};

/// Prints each record as its export_line(), in log order.
void export_ledger(const node::StoreOptions& options, const ExportOptions& what);

struct CopyOptions {
    std::string from;          ///< embedded:DIR or kafka:HOST:PORT,…
    std::string to;            ///< The same.
    node::StoreOptions kafka;  ///< Topic, partitions and settings, where a side is on Kafka.
};

/// Copies the facts that the target does not have yet, byte for byte, and says how many. May be run
/// again, and while the source is served; the target must not be.
void copy_ledger(const CopyOptions& options);

}  // namespace consularia::cli
