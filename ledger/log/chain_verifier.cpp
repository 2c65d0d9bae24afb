#include "ledger/log/chain_verifier.hpp"

#include "ledger/record/json_reader.hpp"

#include <algorithm>

namespace consularia::ledger {

std::optional<ChainFault> ChainVerifier::take(const LogEntry& entry, const ParsedValue& value) {
    const auto& link = value.link;
    if (!link) {
        ++voids_;
        if (shared_) return std::nullopt;  // Garbage in a shared topic belongs to no chain.
        return ChainFault{
            {}, 0, entry.position, "it is not a record, and none of our servers wrote it"};
    }
    if (partition_of(link->organization, partitions_) != partition_) {
        ++voids_;
        if (shared_) return std::nullopt;  // Its chain is elsewhere.
        return ChainFault{
            link->organization, link->sequence, entry.position, "it belongs to another partition"};
    }
    Head& head = heads_[link->organization];
    if (!is_fact(*link, head, partition_, partitions_)) {
        ++voids_;
        return judge_void(*link, head, entry);
    }
    ++facts_;
    head = {link->sequence, sha256(entry.value), {}};
    return std::nullopt;
}

std::optional<ChainFault> ChainVerifier::judge_void(
    const ChainLink& link, const Head& head, const LogEntry& entry
) {
    const auto fault = [&](std::string what) {
        return ChainFault{link.organization, link.sequence, entry.position, std::move(what)};
    };
    auto& seen = void_hashes_[link.organization];
    const bool follows_void = seen.contains(link.prevhash);
    seen.insert(sha256(entry.value));
    if (link.sequence > head.sequence && !follows_void) {
        return fault(
            "the record before it, sequence " + std::to_string(link.sequence - 1) +
            ", was changed, moved or removed"
        );
    }
    if (shared_) return std::nullopt;
    return fault("its place was taken by a record that none of our servers wrote");
}

std::optional<ChainFault> TimeVerifier::take(const LogEntry& fact, const ParsedValue& value) {
    if (!value.object) return std::nullopt;
    std::optional<Unreadable> problem;
    const auto time = JsonReader(value.object->root(), problem).moment("time");
    if (!time) return std::nullopt;
    const auto& link = *value.link;
    const auto [newest, is_first] = newest_.try_emplace(link.organization, *time);
    if (is_first) return std::nullopt;
    const auto before = newest->second;
    newest->second = std::max(*time, before + std::chrono::microseconds(1));
    if (*time > before || !is_known(value)) return std::nullopt;
    return ChainFault{
        link.organization,
        link.sequence,
        fact.position,
        "its time is not later than that of the record before it",
        false};
}

/// Others were written by a newer version, which may know better.
bool TimeVerifier::is_known(const ParsedValue& value) const {
    const auto record = codec_.decode(value);
    return record || record.error().skippable;
}

}  // namespace consularia::ledger
