#include "cli/ledger_commands.hpp"

#include "cli/export_line.hpp"
#include "cli/heads_json.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/verification.hpp"
#include "ledger/log/checkpoint.hpp"
#include "ledger/record/record_codec.hpp"
#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"
#include "node/stores.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace consularia::cli {

namespace {

using ledger::Partition;

/// How far this node has read each partition; empty if nothing readable says so.
using Witness = std::optional<ledger::Checkpoint>;
using Witnesses = std::vector<Witness>;

/// A data directory need not belong to a node of this shared ledger. If what was read there belongs
/// to another one, returns that ledger's identity.
std::optional<std::string> drop_others(Witnesses& witnesses, const node::LedgerBackend& backend) {
    if (!backend.shared() || std::ranges::none_of(witnesses, &Witness::has_value)) return {};
    const auto identity = backend.identity();
    std::optional<std::string> other;
    for (auto& witness : witnesses) {
        if (!witness || witness->ledger_identity == identity) continue;
        other = witness->ledger_identity;
        witness.reset();
    }
    return other;
}

std::vector<ledger::Position> positions_of(const Witnesses& witnesses) {
    std::vector<ledger::Position> positions;
    for (const auto& witness : witnesses) positions.push_back(witness ? witness->next : 0);
    return positions;
}

/// Holds a ledger that is read whole against what this node has read of it before.
class WitnessCheck {
  public:
    explicit WitnessCheck(const Witnesses& witnesses)
        : witnesses_(witnesses), ends_(witnesses.size(), 0) {}

    /// Throws std::runtime_error if this is another record than then.
    void take(Partition partition, const ledger::LogEntry& entry) {
        ++ends_.at(partition);
        const auto& witness = witnesses_.at(partition);
        if (!witness || entry.position + 1 != witness->next) return;
        if (ledger::sha256(entry.value) == witness->last_hash) return;
        throw std::runtime_error(
            "The record at position " + std::to_string(entry.position) +
            " is not the one that this node has read."
        );
    }

    /// Returns the number of records. Throws std::runtime_error if some are missing.
    [[nodiscard]] std::uint64_t finish() const {
        std::uint64_t records = 0;
        for (Partition partition = 0; partition < ends_.size(); ++partition) {
            check_end(ends_[partition], witnesses_[partition]);
            records += ends_[partition];
        }
        return records;
    }

  private:
    static void check_end(std::uint64_t end, const Witness& witness) {
        if (!witness || end >= witness->next) return;
        throw std::runtime_error(
            "The ledger ends at position " + std::to_string(end) +
            ", but this node has read it up to position " + std::to_string(witness->next) +
            ": records are missing."
        );
    }

    const Witnesses& witnesses_;
    std::vector<std::uint64_t> ends_;
};

/// The witnesses in the data directory that belong to this ledger, and the identity of the ledger
/// that others belong to.
std::pair<Witnesses, std::optional<std::string>> witnesses_for(
    const node::StoreOptions& options, const node::LedgerBackend& backend
) {
    auto witnesses = node::find_witnesses(node::DataDir(options.data_dir), backend.partitions());
    auto other = drop_others(witnesses, backend);
    return {std::move(witnesses), std::move(other)};
}

/// Empty without a name.
std::optional<KeptHeads> open_heads(const std::string& name) {
    if (name.empty()) return std::nullopt;
    std::ifstream file(name);
    if (!file) throw node::UsageError("The file " + name + " cannot be read.");
    return KeptHeads(file, name);
}

void compare(KeptHeads& kept, const ledger::LogEntry& fact, Faults& faults) {
    const auto link = ledger::read_chain_link(fact.value);
    auto wrong = kept.take(link->organization, link->sequence, ledger::sha256(fact.value));
    if (wrong) faults.add(*std::move(wrong));
}

}  // namespace

void init_ledger(const node::StoreOptions& options) {
    const auto backend = node::choose_ledger(options);
    if (!backend->shared()) {
        throw node::UsageError(
            "An embedded ledger is created by serve; init creates the topic of kafka:…."
        );
    }
    const Log log("warning");
    const auto held = backend->open_alone();
    std::cout << held.ledger->identity() << " with " << held.ledger->partitions()
              << " partitions\n";
    finish_output();
}

void print_heads(const node::StoreOptions& options) {
    const auto backend = node::choose_ledger(options);
    const Log log("warning");
    const auto [witnesses, other] = witnesses_for(options, *backend);
    Audit audit(*backend);
    std::map<domain::OrganizationId, HeadLine> heads;
    WitnessCheck check(witnesses);
    const auto take = [&](Partition partition, const ledger::LogEntry& entry) {
        check.take(partition, entry);
        if (!audit.take(partition, entry).fact) return;
        const auto link = ledger::read_chain_link(entry.value);
        heads[link->organization] = {
            link->organization, link->sequence, ledger::sha256(entry.value), time_in(entry.value)};
    };
    backend->for_each_record(take, positions_of(witnesses));
    (void)check.finish();
    for (const auto& [organization, head] : heads) std::cout << to_line(head) << '\n';
    finish_output();
}

void verify_ledger(const node::StoreOptions& options, const std::string& heads_file) {
    const auto backend = node::choose_ledger(options);
    const Log log("warning");
    auto kept = open_heads(heads_file);
    // Read first, because the ledger is always ahead of its witnesses.
    const auto [witnesses, other] = witnesses_for(options, *backend);
    Audit audit(*backend);
    const auto codec = ledger::RecordCodec::without_keys();
    ledger::TimeVerifier times(codec);
    Faults faults;
    WitnessCheck check(witnesses);
    const auto take = [&](Partition partition, const ledger::LogEntry& entry) {
        const auto [fault, is_fact] = audit.take(partition, entry);
        if (fault) faults.add(*fault);
        if (is_fact) {
            if (const auto bad_time = times.take(entry)) faults.add(*bad_time);
            if (kept) compare(*kept, entry, faults);
        }
        check.take(partition, entry);
    };
    backend->for_each_record(take, positions_of(witnesses));
    const auto records = check.finish();
    if (kept) {
        for (auto& sentence : kept->missing()) faults.add(std::move(sentence));
    }
    print_result(audit, records, faults.count());
    if (kept && faults.count() == 0) {
        std::cout << kept->count() << " kept heads are part of their chains\n";
    }
    if (other) {
        std::cout << "what was read in " << options.data_dir << " belongs to another ledger, "
                  << *other << "\n";
    }
    if (std::ranges::none_of(witnesses, &Witness::has_value)) {
        std::cout << "no journal and no read store: a lost end of the log would go unnoticed\n";
    }
    finish_output();
    faults.throw_if_any();
}

void export_ledger(const node::StoreOptions& options, const ExportOptions& what) {
    const auto backend = node::choose_ledger(options);
    const Log log("warning");
    std::optional<domain::OrganizationId> only;
    if (!what.organization.empty()) {
        only = domain::OrganizationId::parse(what.organization);
        if (!only) throw node::UsageError("\"" + what.organization + "\" is not a UUID.");
    }
    const auto [witnesses, other] = witnesses_for(options, *backend);
    Audit audit(*backend);
    const auto print = [&](Partition partition, const ledger::LogEntry& entry) {
        if (only) {
            const auto link = ledger::read_chain_link(entry.value);
            if (!link || link->organization != *only) return;
        }
        const bool is_fact = audit.take(partition, entry).fact;
        if (what.facts_only && !is_fact) return;
        std::cout << export_line(entry.value) << '\n';
    };
    backend->for_each_record(print, positions_of(witnesses));
    finish_output();
}

}  // namespace consularia::cli
