#include "cli/ledger_commands.hpp"

#include "cli/heads_json.hpp"
#include "cli/log.hpp"
#include "cli/organization_option.hpp"
#include "cli/output.hpp"
#include "cli/verification.hpp"
#include "cli/witnesses.hpp"
#include "ledger/log/checkpoint.hpp"
#include "ledger/record/export_line.hpp"
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

/// Holds a ledger that is read whole against what this node has read of it before.
class WitnessCheck {
  public:
    explicit WitnessCheck(const node::Witnesses& witnesses)
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
    static void check_end(std::uint64_t end, const node::Witnesses::value_type& witness) {
        if (!witness || end >= witness->next) return;
        throw std::runtime_error(
            "The ledger ends at position " + std::to_string(end) +
            ", but this node has read it up to position " + std::to_string(witness->next) +
            ": records are missing."
        );
    }

    const node::Witnesses& witnesses_;
    std::vector<std::uint64_t> ends_;
};

/// Empty without a name.
std::optional<KeptHeads> open_heads(const std::string& name) {
    if (name.empty()) return std::nullopt;
    std::ifstream file(name);
    if (!file) throw node::UsageError("The file " + name + " cannot be read.");
    return KeptHeads(file, name);
}

void compare(
    KeptHeads& kept, const ledger::ChainLink& link, const std::string& fact, Faults& faults
) {
    auto wrong = kept.take(link.organization, link.sequence, ledger::sha256(fact));
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
    const auto found = find_witnesses(options, *backend);
    Audit audit(*backend);
    std::map<domain::OrganizationId, HeadLine> heads;
    WitnessCheck check(found.witnesses);
    const auto take = [&](Partition partition, const ledger::LogEntry& entry) {
        check.take(partition, entry);
        const auto taken = audit.take(partition, entry);
        if (!taken.fact) return;
        const auto& link = *taken.value.link;
        heads[link.organization] = {
            link.organization, link.sequence, ledger::sha256(entry.value), time_in(entry.value)};
    };
    backend->for_each_record(take, found.positions());
    (void)check.finish();
    for (const auto& [organization, head] : heads) std::cout << to_line(head) << '\n';
    finish_output();
}

void verify_ledger(const node::StoreOptions& options, const std::string& heads_file) {
    const auto backend = node::choose_ledger(options);
    const Log log("warning");
    auto kept = open_heads(heads_file);
    const auto found = find_witnesses(options, *backend);
    Audit audit(*backend);
    const auto codec = ledger::RecordCodec::without_keys();
    ledger::TimeVerifier times(codec);
    Faults faults;
    WitnessCheck check(found.witnesses);
    const auto take = [&](Partition partition, const ledger::LogEntry& entry) {
        const auto [fault, is_fact, value] = audit.take(partition, entry);
        if (fault) faults.add(*fault);
        if (is_fact) {
            if (const auto bad_time = times.take(entry, value)) faults.add(*bad_time);
            if (kept) compare(*kept, *value.link, entry.value, faults);
        }
        check.take(partition, entry);
    };
    backend->for_each_record(take, found.positions());
    const auto records = check.finish();
    if (kept) {
        for (auto& sentence : kept->missing()) faults.add(std::move(sentence));
    }
    print_result(audit, records, faults.count());
    if (kept && faults.count() == 0) {
        std::cout << kept->count() << " kept heads are part of their chains\n";
    }
    if (found.other) {
        std::cout << "what was read in " << options.data_dir << " belongs to another ledger, "
                  << *found.other << "\n";
    }
    if (std::ranges::none_of(found.witnesses, &node::Witnesses::value_type::has_value)) {
        std::cout << "no journal and no read store: a lost end of the log would go unnoticed\n";
    }
    finish_output();
    faults.throw_if_any();
}

void export_ledger(const node::StoreOptions& options, const ExportOptions& what) {
    const auto backend = node::choose_ledger(options);
    const Log log("warning");
    const auto only = read_organization(what.organization);
    const auto found = find_witnesses(options, *backend);
    Audit audit(*backend);
    const auto print = [&](Partition partition, const ledger::LogEntry& entry) {
        if (only) {
            const auto link = ledger::read_chain_link(entry.value);
            if (!link || link->organization != *only) return;
        }
        const bool is_fact = audit.take(partition, entry).fact;
        if (what.facts_only && !is_fact) return;
        std::cout << ledger::export_line(entry.value) << '\n';
    };
    backend->for_each_record(print, found.positions());
    finish_output();
}

}  // namespace consularia::cli
