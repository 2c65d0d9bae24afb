#pragma once
// An auditor's check of a log: applies the acceptance rule to every record and finds the places
// where a chain was broken.

#include "ledger/log/ledger.hpp"
#include "ledger/record/parsed_value.hpp"
#include "ledger/record/record_codec.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace consularia::ledger {

/// A place where a record was changed, removed, added or moved.
struct ChainFault {
    domain::OrganizationId organization;  ///< Zero, like the sequence, if the record has none.
    Sequence sequence = 0;
    Position position = 0;
    std::string what;  ///< A phrase.
    bool breaks_chain = true;
};

/// Takes the records of one partition in log order.
class ChainVerifier {
  public:
    /// `shared`: several writers may append. Then a void record is no fault if its predecessor is
    /// in the log: it lost a race. With a single writer, every void record comes from somebody
    /// else.
    ChainVerifier(Partition partition, Partition partitions, bool shared)
        : partition_(partition), partitions_(partitions), shared_(shared) {}

    /// The fault that this record shows, if any. `value` is what the entry's bytes say.
    [[nodiscard]] std::optional<ChainFault> take(const LogEntry& entry, const ParsedValue& value);

    [[nodiscard]] std::uint64_t facts() const { return facts_; }

    [[nodiscard]] std::uint64_t voids() const { return voids_; }

    [[nodiscard]] const std::map<domain::OrganizationId, Head>& heads() const { return heads_; }

  private:
    [[nodiscard]] std::optional<ChainFault> judge_void(
        const ChainLink& link, const Head& head, const LogEntry& entry
    );

    Partition partition_;
    Partition partitions_;
    bool shared_;
    std::uint64_t facts_ = 0;
    std::uint64_t voids_ = 0;
    std::map<domain::OrganizationId, Head> heads_;
    std::map<domain::OrganizationId, std::set<Hash>> void_hashes_;
};

/// Finds facts whose time is not later than their predecessor's, which our writers never produce.
/// The chain is intact all the same: the acceptance rule ignores times.
class TimeVerifier {
  public:
    /// `codec` outlives this.
    explicit TimeVerifier(const RecordCodec& codec) : codec_(codec) {}

    /// Takes facts in log order, organization by organization or all together. `value` is what the
    /// fact's bytes say.
    [[nodiscard]] std::optional<ChainFault> take(const LogEntry& fact, const ParsedValue& value);

  private:
    [[nodiscard]] bool is_known(const ParsedValue& value) const;

    const RecordCodec& codec_;
    std::map<domain::OrganizationId, domain::Timestamp> newest_;
};

}  // namespace consularia::ledger
