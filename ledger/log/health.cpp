#include "ledger/log/health.hpp"

#include "base/check.hpp"
#include "ledger/log/log_error.hpp"

#include <utility>

namespace consularia::ledger {

namespace {

constexpr std::string_view kStalled = "it has not returned";

/// What is reported elsewhere would never be shown as fine again.
void check_component(const Component& component) {
    CHECK(component.partition.has_value() == is_of_partition(component.part));
}

}  // namespace

std::string to_words(const Component& component) {
    const std::string part(to_string(component.part));
    if (!component.partition) return part;
    return "partition " + std::to_string(*component.partition) + ", " + part;
}

std::string to_words(const Trouble& trouble, Clock::Steady now) {
    const auto lasted = std::chrono::duration_cast<std::chrono::seconds>(now - trouble.since);
    return to_words(trouble.component) + ": failing for " + std::to_string(lasted.count()) +
           " s: " + trouble.why;
}

Reach reach_of(const StorageError& error) {
    return dynamic_cast<const LogError*>(&error) == nullptr ? Reach::node : Reach::everywhere;
}

Health::Health(const Clock& clock, HealthLimits limits) : clock_(clock), limits_(limits) {}

void Health::fails(Component component, std::string why, Reach reach, Holds holds) {
    check_component(component);
    const Clock::Steady now = clock_.steady();
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[component];
    const auto before = trouble_of(component, entry, now);
    entry.failing = Trouble{component, before ? before->since : now, std::move(why), reach};
    entry.holds_until.reset();
    if (holds) entry.holds_until = now + *holds;
}

void Health::fine(Component component) {
    check_component(component);
    const Clock::Steady now = clock_.steady();
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(component);
    if (found == entries_.end() || !found->second.failing) return;
    Entry& entry = found->second;
    if (!entry.reported) {
        const auto lasted = now - entry.failing->since;
        entry.unreported = News{News::Kind::over, *std::move(entry.failing), lasted};
    }
    entry.failing.reset();
}

Health::Doing Health::begin(Component component) {
    check_component(component);
    const Clock::Steady now = clock_.steady();
    const std::lock_guard lock(mutex_);
    entries_[component].doing_since = now;
    return {this, component};
}

Health::Doing::~Doing() {
    if (health_ == nullptr) return;
    const std::lock_guard lock(health_->mutex_);
    health_->entries_[component_].doing_since.reset();
}

std::vector<Trouble> Health::troubles() const {
    const Clock::Steady now = clock_.steady();
    std::vector<Trouble> troubles;
    const std::lock_guard lock(mutex_);
    for (const auto& [component, entry] : entries_) {
        auto trouble = trouble_of(component, entry, now);
        if (trouble) troubles.push_back(*std::move(trouble));
    }
    return troubles;
}

std::optional<Trouble> Health::trouble_of(
    const Component& component, const Entry& entry, Clock::Steady now
) const {
    const bool holds = !entry.holds_until || now < *entry.holds_until;
    if (entry.failing && holds) return entry.failing;
    if (entry.doing_since && now - *entry.doing_since >= limits_.stall) {
        return Trouble{component, *entry.doing_since, std::string(kStalled), Reach::node};
    }
    return std::nullopt;
}

std::vector<News> Health::news() {
    const Clock::Steady now = clock_.steady();
    std::vector<News> news;
    const std::lock_guard lock(mutex_);
    for (auto& [component, entry] : entries_) report(component, entry, now, news);
    return news;
}

void Health::report(
    const Component& component, Entry& entry, Clock::Steady now, std::vector<News>& news
) const {
    if (const auto unreported = std::exchange(entry.unreported, std::nullopt)) {
        news.push_back({News::Kind::begins, unreported->trouble, {}});
        news.push_back(*unreported);
    }
    auto trouble = trouble_of(component, entry, now);
    if (!trouble && entry.reported) {
        const auto kind = entry.failing ? News::Kind::forgotten : News::Kind::over;
        entry.failing.reset();
        const auto lasted = now - entry.reported->since;
        news.push_back({kind, *std::exchange(entry.reported, std::nullopt), lasted});
    }
    if (!trouble || (entry.reported && now < entry.reported_at + limits_.report_again)) return;
    const auto kind = entry.reported ? News::Kind::lasts : News::Kind::begins;
    news.push_back({kind, *trouble, now - trouble->since});
    entry.reported = std::move(trouble);
    entry.reported_at = now;
}

void PartitionHealth::fails(Part part, std::string why, Reach reach, Health::Holds holds) const {
    if (health != nullptr) health->fails({partition, part}, std::move(why), reach, holds);
}

void PartitionHealth::fine(Part part) const {
    if (health != nullptr) health->fine({partition, part});
}

Health::Doing PartitionHealth::begin(Part part) const {
    if (health == nullptr) return {};
    return health->begin({partition, part});
}

}  // namespace consularia::ledger
