#pragma once
// Brings the histories of organizations up to their facts, in small steps on a thread of its own,
// in turn for all that are asked for. Nothing is opened or written before the first question.

#include "api/history/history_trees.hpp"
#include "journal/histories.hpp"
#include "journal/journal.hpp"
#include "tables/store.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace consularia::node {

class HistoryKeeper final : public api::HistoryTrees {
  public:
    /// The journal outlives this, and is open before the first question.
    HistoryKeeper(
        const journal::Journal& journal,
        std::filesystem::path directory,
        std::uint64_t min_free_bytes
    );
    HistoryKeeper(const HistoryKeeper&) = delete;
    HistoryKeeper& operator=(const HistoryKeeper&) = delete;
    /// Ends the thread.
    ~HistoryKeeper() override;

    [[nodiscard]] api::FoundHistories find(
        domain::OrganizationId organization,
        ledger::Sequence sequence,
        const std::shared_ptr<api::Alarm>& alarm
    ) override;

    /// No step begins after it. What is behind stays so: who waits is woken.
    void stop();

  private:
    /// One organization that is to be brought up.
    struct Wanted {
        domain::OrganizationId organization;
        ledger::Sequence sequence = 0;
        std::vector<std::shared_ptr<api::Alarm>> alarms;
    };

    void run();
    [[nodiscard]] bool step(domain::OrganizationId organization, ledger::Sequence sequence);
    void open();
    void settle(domain::OrganizationId organization, bool failed);
    [[nodiscard]] api::HistoryTree look(domain::OrganizationId organization) const;

    const journal::Journal& journal_;
    const std::filesystem::path directory_;
    const std::uint64_t min_free_bytes_;

    std::mutex mutex_;  ///< Guards everything below.
    std::condition_variable changed_;
    bool stopping_ = false;
    std::shared_ptr<tables::Store> store_;      ///< Null until it is open.
    std::set<domain::OrganizationId> fitting_;  ///< Known to be made of this journal.
    std::set<domain::OrganizationId> failed_;   ///< Until they are asked for again.
    std::deque<Wanted> wanted_;                 ///< The first one is at work.
    std::jthread thread_;                       ///< From the first question on.
};

}  // namespace consularia::node
