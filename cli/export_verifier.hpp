#pragma once
// Takes the lines of an export one after another, and finds the first record that is wrong
// (docs/auditing.md). The verifiers in clients/ say the same in the same words.

#include "cli/audit_heads.hpp"
#include "cli/export_histories.hpp"
#include "cli/exported_record.hpp"
#include "ledger/record/acceptance.hpp"
#include "ledger/record/merkle.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::cli {

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

    /// As if its records were taken one after another.
    void take(const ExportedPiece& piece);

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

    /// What take() does but for the tree and the histories.
    void follow(const ExportedRecord& record);

    /// Those of the present size.
    void check_heads();
    void check_head(const AuditHead& head);

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
