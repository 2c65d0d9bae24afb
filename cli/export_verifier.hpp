#pragma once
// Takes the lines of an export one after another, and finds the first record that is wrong
// (docs/auditing.md). The verifiers in clients/ say the same in the same words.

#include "cli/audit_heads.hpp"
#include "cli/export_histories.hpp"
#include "ledger/record/acceptance.hpp"
#include "ledger/record/merkle.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::cli {

/// The longest line that is read; a record has at most half of that.
inline constexpr std::size_t kMaxExportLine = 8 << 20;

/// The bytes of the record that a line holds; empty if it holds none. They may be no record yet.
[[nodiscard]] std::optional<std::string> record_in_line(std::string_view line);

/// A line that is a record, as far as it can be judged without those before it.
struct ExportedRecord {
    std::optional<ledger::ChainLink> link;  ///< Empty: it is no record, and has no hashes.
    ledger::Hash hash{};
    ledger::Hash leaf{};
    std::optional<ledger::Hash> subject;  ///< See ledger/record/subject.hpp.
};

/// Pure: several threads may digest lines at once.
[[nodiscard]] ExportedRecord digest_line(std::string_view line);

/// Its methods throw Altered; nothing may be called after that.
class ExportVerifier {
  public:
    /// `heads` were kept. An export of what follows the record `after` begins there, and needs its
    /// head: throws CannotTell if the oldest head is another one.
    ExportVerifier(AuditKeys keys, std::deque<AuditHead> heads, ledger::Sequence after);

    /// The head of the record `after`. Precondition: `after` is not 0, nothing was taken.
    [[nodiscard]] const AuditHead& beginning() const { return heads_.front(); }

    /// The tree of that head, without which the roots of the others are not looked at.
    void go_on_from(ledger::Frontier tree);

    void take(const ExportedRecord& record);

    /// Takes the last line. Returns what is intact.
    [[nodiscard]] std::string finish(std::string_view line);

    /// The head in the last line. Precondition: finish() has returned.
    [[nodiscard]] const AuditHead& end() const { return end_.value(); }

    /// The last record's.
    [[nodiscard]] ledger::Sequence size() const { return size_; }

    /// From here on these heads are looked for; those of fewer records are not. For tests that go
    /// on from one beginning in many ways.
    void expect(AuditKeys keys, std::deque<AuditHead> heads);

  private:
    [[nodiscard]] AuditHead open_last(std::string_view line) const;

    /// Throws if the last record and the one before it do not fit together. Which of the two is
    /// wrong? The record, or the head, that comes next knows.
    void settle(const std::optional<ledger::Hash>& next_prevhash) const;

    /// Those of the present size.
    void check_heads();
    void check_head(const AuditHead& head) const;

    AuditKeys keys_;
    std::deque<AuditHead> heads_;  ///< Still to come, by size.
    ledger::Sequence after_;
    ledger::Sequence size_;
    ledger::Sequence confirmed_;  ///< The size of the last head that agrees.
    ledger::Hash chain_{};
    std::optional<domain::OrganizationId> organization_;  ///< Empty until it is known.
    std::optional<ledger::Frontier> tree_;  ///< Empty if the export begins later, without its own.
    ExportHistories histories_;             ///< Not used if the export begins later.
    std::optional<AuditHead> end_;
    bool broken_ = false;  ///< The last record does not follow the one before it.
};

}  // namespace consularia::cli
