#include "ledger/log/copier.hpp"

#include "ledger/log/storage_error.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace consularia::ledger {

namespace {

using domain::OrganizationId;
using Heads = std::map<OrganizationId, Head>;

/// Reads a ledger by the acceptance rule; calls `seen` with each fact's organization, its head and
/// its bytes. Returns the heads of all chains.
Heads read_facts(
    const ForEachRecord& records,
    Partition partitions,
    const std::function<void(OrganizationId, const Head&, const std::string&)>& seen
) {
    Heads heads;
    records([&](Partition partition, const LogEntry& entry) {
        const auto link = read_chain_link(entry.value);
        if (!link) return;
        Head& head = heads[link->organization];
        if (!is_fact(*link, head, partition, partitions)) return;
        head = {link->sequence, sha256(entry.value), {}};
        seen(link->organization, head, entry.value);
    });
    std::erase_if(heads, [](const auto& entry) { return entry.second.sequence == 0; });
    return heads;
}

Sequence sequence_in(const Heads& heads, OrganizationId organization) {
    const auto found = heads.find(organization);
    return found == heads.end() ? 0 : found->second.sequence;
}

[[noreturn]] void refuse(OrganizationId organization, const std::string& what) {
    throw HistoriesDiffer("Organization " + organization.to_string() + ": " + what);
}

/// The source must contain the very fact at which a chain of the target ends.
void check_histories(
    const ForEachRecord& source, Partition source_partitions, const Heads& target
) {
    const Heads heads = read_facts(
        source,
        source_partitions,
        [&](OrganizationId organization, const Head& head, const std::string&) {
            const auto there = target.find(organization);
            if (there == target.end() || there->second.sequence != head.sequence) return;
            if (there->second.hash == head.hash) return;
            refuse(
                organization,
                "the target has another fact at sequence " + std::to_string(head.sequence) + "."
            );
        }
    );
    for (const auto& [organization, head] : heads) {
        const auto beyond = sequence_in(target, organization);
        if (beyond <= head.sequence) continue;
        refuse(
            organization,
            "the target continues to sequence " + std::to_string(beyond) + ", the source ends at " +
                std::to_string(head.sequence) + "."
        );
    }
}

/// Collects facts per partition of the target, and appends them in order.
class Appender {
  public:
    Appender(Ledger& target, const CopyLimits& limits)
        : target_(target), limits_(limits), batches_(target.partitions()) {}

    void add(OrganizationId organization, const std::string& value) {
        const Partition partition = partition_of(organization, target_.partitions());
        Batch& batch = batches_[partition];
        batch.values.push_back(value);
        batch.bytes += value.size();
        const bool full =
            batch.values.size() >= limits_.batch_records || batch.bytes >= limits_.batch_bytes;
        if (full) append(partition);
    }

    void finish() {
        for (Partition partition = 0; partition < batches_.size(); ++partition) append(partition);
    }

  private:
    struct Batch {
        std::vector<std::string> values;
        std::size_t bytes = 0;
    };

    /// Appending the same bytes again is safe: the copy is void if the first arrived.
    void append(Partition partition) {
        const Batch batch = std::exchange(batches_[partition], {});
        if (batch.values.empty()) return;
        std::string why;
        for (int attempt = 0; attempt < limits_.attempts; ++attempt) {
            const auto result = target_.append(partition, batch.values);
            if (std::holds_alternative<Appended>(result)) return;
            const auto* unknown = std::get_if<FateUnknown>(&result);
            why = unknown != nullptr ? unknown->why : std::get<NotAppended>(result).why;
        }
        throw StorageError("the target accepts no more records: " + why);
    }

    Ledger& target_;
    const CopyLimits& limits_;
    std::vector<Batch> batches_;
};

}  // namespace

CopyResult copy_facts(
    const ForEachRecord& source,
    Partition source_partitions,
    Ledger& target,
    const ForEachRecord& target_records,
    const CopyLimits& limits
) {
    const auto ignore = [](OrganizationId, const Head&, const std::string&) {};
    const Heads before = read_facts(target_records, target.partitions(), ignore);
    check_histories(source, source_partitions, before);

    CopyResult result;
    Appender appender(target, limits);
    const Heads heads = read_facts(
        source,
        source_partitions,
        [&](OrganizationId organization, const Head& head, const std::string& value) {
            if (head.sequence <= sequence_in(before, organization)) {
                ++result.present;
            } else {
                appender.add(organization, value);
                ++result.copied;
            }
        }
    );
    appender.finish();
    result.organizations = heads.size();

    Heads after = read_facts(target_records, target.partitions(), ignore);
    for (const auto& [organization, head] : heads) {
        if (after[organization] == head) continue;
        throw StorageError(
            "organization " + organization.to_string() + " arrived incomplete, up to sequence " +
            std::to_string(after[organization].sequence) + " of " + std::to_string(head.sequence) +
            ": run the copy again"
        );
    }
    return result;
}

}  // namespace consularia::ledger
