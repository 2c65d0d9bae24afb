#pragma once
// Builds the stores that past lists are read from, one at a time, and keeps a few for a while.

#include "api/history/past_stores.hpp"
#include "journal/journal.hpp"
#include "ledger/log/clock.hpp"
#include "node/limits.hpp"
#include "projections/projector_options.hpp"
#include "projections/read_store.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace consularia::node {

/// What the builds are made from. All of it outlives this; the store is open before the first
/// question.
struct PastStoresContext {
    const projections::ReadStore& store;
    journal::Journal& journal;
    const projections::RowInputs& inputs;
    const ledger::Clock& clock;
    std::filesystem::path directory;  ///< For the stores; what is there is removed.
    std::uint64_t min_free_bytes = 0;
};

class PastStores final : public api::PastStores {
  public:
    PastStores(PastStoresContext context, PastLimits limits);
    PastStores(const PastStores&) = delete;
    PastStores& operator=(const PastStores&) = delete;
    /// Ends the build.
    ~PastStores() override;

    [[nodiscard]] api::PastStore find(
        domain::OrganizationId organization,
        ledger::Sequence sequence,
        const std::shared_ptr<api::Alarm>& alarm
    ) override;

    /// No build begins after it, and none goes on.
    void stop();

  private:
    struct Key {
        domain::OrganizationId organization;
        ledger::Sequence sequence = 0;

        friend bool operator==(const Key&, const Key&) = default;
    };

    class Built;

    struct Entry {
        Key key;
        std::shared_ptr<Built> built;  ///< Null: it was too large.
        ledger::Clock::Steady used{};
    };

    void drop_old();
    void begin(const Key& key, const std::shared_ptr<api::Alarm>& alarm);
    void build(const Key& key, const std::filesystem::path& place);
    void finish(const Key& key, std::optional<std::shared_ptr<Built>> result);

    const PastStoresContext context_;
    const PastLimits limits_;
    std::atomic<bool> stopping_ = false;

    std::mutex mutex_;          ///< Guards everything below.
    std::list<Entry> entries_;  ///< The one that was used last is first.
    std::optional<Key> building_;
    std::vector<std::shared_ptr<api::Alarm>> waiting_;  ///< For the one that is being built.
    std::optional<Key> failed_;  ///< The last one, until it is asked for again.
    std::uint64_t count_ = 0;    ///< How many builds began: each place has its own name.
    std::jthread thread_;        ///< The last build's.
};

}  // namespace consularia::node
