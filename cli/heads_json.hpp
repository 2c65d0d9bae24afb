#pragma once
// The heads of organizations as lines of JSON: what an auditor keeps elsewhere, to hold it against
// the ledger later.

#include "domain/ids.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/record.hpp"

#include <cstddef>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::cli {

struct HeadLine {
    domain::OrganizationId organization;
    ledger::Sequence sequence = 0;
    ledger::Hash hash{};  ///< The hash of the fact with this sequence.
    std::string time;     ///< That record's, as it stands there.
};

/// `{"organization":…,"sequence":…,"hash":…,"time":…}`, without a line break.
[[nodiscard]] std::string to_line(const HeadLine& head);

/// What the record says about its time; empty if it says nothing.
[[nodiscard]] std::string time_in(std::string_view record);

/// Heads that were kept, in search of their facts.
class KeptHeads {
  public:
    /// Reads lines that to_line() made; the time is not needed. Throws UsageError, which names the
    /// line, for any other line, and if there is none. `name` is the file's.
    KeptHeads(std::istream& lines, const std::string& name);

    /// Takes a fact of the ledger. Returns a sentence if it is not the one that a head names.
    [[nodiscard]] std::optional<std::string> take(
        domain::OrganizationId organization, ledger::Sequence sequence, const ledger::Hash& hash
    );

    /// A sentence for each head whose fact did not come.
    [[nodiscard]] std::vector<std::string> missing() const;

    [[nodiscard]] std::size_t count() const { return count_; }

  private:
    using Place = std::pair<domain::OrganizationId, ledger::Sequence>;

    std::multimap<Place, ledger::Hash> waiting_;
    std::size_t count_ = 0;
};

}  // namespace consularia::cli
