#pragma once
// `consularia ledger …`: works on the log itself, even beside a running server.

#include "node/options.hpp"

#include <string>

namespace consularia::cli {

/// Creates the topic of a Kafka ledger, or checks the existing one, and prints its identity.
void init_ledger(const node::StoreOptions& options);

/// Prints the head of every organization, one to_line() each.
void print_heads(const node::StoreOptions& options);

/// Checks the chain of every organization and prints the results. With the name of a file of heads,
/// also checks that each of them is part of its chain. Throws if a fault was found, naming the
/// organization and the sequence.
void verify_ledger(const node::StoreOptions& options, const std::string& heads_file);

/// Prints which formats of records this binary reads, which one it writes to this ledger, and what
/// the ledger has: its facts by format, and by type and whether this binary reads them. As text, or
/// as one line of JSON.
void print_formats(const node::ServeOptions& options, bool json);

struct ExportOptions {
    std::string organization;  ///< Empty: all.
    bool facts_only = false;
};

/// Prints the export_line() of each record, in log order.
void export_ledger(const node::StoreOptions& options, const ExportOptions& what);

struct CopyOptions {
    std::string from;          ///< As node::choose_side() takes it.
    std::string to;            ///< In the same form.
    node::StoreOptions store;  ///< What else the sides need, such as a topic.
};

/// Copies the facts that the target does not have yet, byte for byte, and prints their number. May
/// be run again, and while the source is served; the target must not be served.
void copy_ledger(const CopyOptions& options);

}  // namespace consularia::cli
