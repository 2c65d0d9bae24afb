#pragma once
// Lists that were answered, so that asking again costs no reading.

#include "domain/ids.hpp"
#include "ledger/record/record.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace consularia::api {

/// A list's answer.
struct KeptList {
    std::string etag;
    std::string body;
};

/// Answers by organization and by a key that, with the organization's sequence, determines them.
/// Only those of the newest sequence are kept, since the older ones are never asked for again.
/// Bounded: the organization that was used least recently loses its answers first, and one that
/// exceeds its share, a quarter of all, loses its own. Thread-safe.
class KeptLists {
  public:
    static constexpr std::size_t kDefaultBytes = std::size_t{16} << 20;

    /// With 0 bytes nothing is kept.
    explicit KeptLists(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// Null if it is not kept.
    [[nodiscard]] std::shared_ptr<const KeptList> find(
        domain::OrganizationId organization, ledger::Sequence sequence, const std::string& key
    );

    void keep(
        domain::OrganizationId organization,
        ledger::Sequence sequence,
        std::string key,
        KeptList list
    );

    [[nodiscard]] std::size_t bytes() const;

  private:
    using Recent = std::list<domain::OrganizationId>;

    struct Lists {
        ledger::Sequence sequence = 0;
        std::size_t bytes = 0;
        std::unordered_map<std::string, std::shared_ptr<const KeptList>> by_key;
        Recent::iterator place;
    };

    using ByOrganization = std::unordered_map<domain::OrganizationId, Lists>;

    /// Its lists, which must be of this sequence; null if they are newer.
    [[nodiscard]] Lists* lists_at(domain::OrganizationId organization, ledger::Sequence sequence);
    void clear(Lists& lists);

    const std::size_t max_bytes_;
    mutable std::mutex mutex_;  ///< Guards everything below.
    std::size_t bytes_ = 0;
    ByOrganization by_organization_;
    Recent recent_;  ///< The most recent first.
};

}  // namespace consularia::api
