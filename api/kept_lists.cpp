#include "api/kept_lists.hpp"

#include <utility>

namespace consularia::api {

namespace {

std::size_t bytes_of(const std::string& key, const KeptList& list) {
    constexpr std::size_t kOverhead = 256;
    return kOverhead + key.size() + list.etag.size() + list.body.size();
}

}  // namespace

std::shared_ptr<const KeptList> KeptLists::find(
    domain::OrganizationId organization, ledger::Sequence sequence, const std::string& key
) {
    const std::lock_guard lock(mutex_);
    const auto lists = by_organization_.find(organization);
    if (lists == by_organization_.end() || lists->second.sequence != sequence) return nullptr;
    const auto found = lists->second.by_key.find(key);
    if (found == lists->second.by_key.end()) return nullptr;
    recent_.splice(recent_.begin(), recent_, lists->second.place);
    return found->second;
}

void KeptLists::keep(
    domain::OrganizationId organization, ledger::Sequence sequence, std::string key, KeptList list
) {
    const auto bytes = bytes_of(key, list);
    const auto share = max_bytes_ / 4;
    if (bytes > share) return;
    auto kept = std::make_shared<const KeptList>(std::move(list));
    const std::lock_guard lock(mutex_);
    auto* const lists = lists_at(organization, sequence);
    if (lists == nullptr) return;
    if (lists->bytes + bytes > share) clear(*lists);
    if (!lists->by_key.try_emplace(std::move(key), std::move(kept)).second) return;
    lists->bytes += bytes;
    bytes_ += bytes;
    while (bytes_ > max_bytes_) {
        const auto oldest = by_organization_.find(recent_.back());
        clear(oldest->second);
        by_organization_.erase(oldest);
        recent_.pop_back();
    }
}

std::size_t KeptLists::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

KeptLists::Lists* KeptLists::lists_at(
    domain::OrganizationId organization, ledger::Sequence sequence
) {
    const auto [found, is_new] = by_organization_.try_emplace(organization);
    auto& lists = found->second;
    if (is_new) lists.place = recent_.insert(recent_.begin(), organization);
    if (lists.sequence > sequence) return nullptr;
    if (lists.sequence < sequence) clear(lists);
    lists.sequence = sequence;
    recent_.splice(recent_.begin(), recent_, lists.place);
    return &lists;
}

void KeptLists::clear(Lists& lists) {
    bytes_ -= lists.bytes;
    lists.bytes = 0;
    lists.by_key.clear();
}

}  // namespace consularia::api
