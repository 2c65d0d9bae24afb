#include "infra/kafka/ledger.hpp"

#include "base/check.hpp"
#include "infra/kafka/ends.hpp"
#include "infra/kafka/producer.hpp"
#include "infra/kafka/records.hpp"
#include "infra/kafka/tail.hpp"
#include "infra/kafka/topic.hpp"
#include "infra/kafka/witness.hpp"
#include "infra/kafka/writer.hpp"
#include "infra/ledger_mismatch.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using ledger::AppendResult;
using ledger::Partition;
using ledger::Position;
using ledger::StorageError;

/// What was learned about the topic before anything else uses it.
struct OpenedTopic {
    Partition partitions = 0;
    std::string identity;
};

OpenedTopic open_topic(const Client& client, const Options& options) {
    const Deadline deadline = std::chrono::steady_clock::now() + options.open_timeout;
    const TopicView view = open_topic(client, options, deadline);
    OpenedTopic opened{view.partitions, identity(client, deadline)};
    check_begins(client, view.led);
    return opened;
}

class TopicLedger final : public Ledger {
  public:
    explicit TopicLedger(const Options& options)
        : options_(options),
          questions_(options, RD_KAFKA_CONSUMER, question_settings()),
          opened_(open_topic(questions_, options)),
          writer_(draw_writer()),
          appender_(options, writer_, opened_.partitions),
          tails_(options, opened_.partitions),
          furthest_(opened_.partitions) {}

    std::string identity() const override { return opened_.identity; }

    Partition partitions() const override { return opened_.partitions; }

    bool shared() const override { return true; }

    ledger::Writer writer() const override { return writer_; }

    AppendResult append(Partition partition, std::span<const std::string> values) override {
        CHECK(partition < partitions());
        if (values.empty()) return ledger::Appended{end(partition)};
        if (tails_.in_doubt(partition)) {
            return ledger::NotAppended{ledger::NotAppended::Reason::failed, doubt()};
        }
        const Position least = furthest()[partition] + values.size();
        AppendResult result = appender_.append(partition, values);
        if (const auto* appended = std::get_if<ledger::Appended>(&result)) {
            const auto why = note_end(partition, appended->end, least);
            if (!why.empty()) return ledger::FateUnknown{why};
        }
        return result;
    }

    std::unique_ptr<ledger::Tail> tail(
        Partition partition, Position from, std::function<void()> ready
    ) override {
        CHECK(partition < partitions());
        return tails_.open(partition, from, std::move(ready));
    }

    std::vector<Position> find_ends(
        std::span<const Partition> asked, std::chrono::milliseconds timeout
    ) override {
        const std::vector<Position> least = furthest();
        auto ends = ask_edges(questions_, asked, Edge::end, timeout);
        std::string why;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            auto shorter = note_end(asked[i], ends[i], least[asked[i]]);
            if (!shorter.empty()) why = std::move(shorter);
        }
        if (!why.empty()) {
            refresh_leaders(questions_, timeout);
            throw StorageError(why);
        }
        for (const Partition partition : asked) {
            if (tails_.in_doubt(partition)) throw StorageError(doubt());
        }
        return ends;
    }

    void check_witnesses(const Witnesses& witnesses, const std::function<bool()>& stopping)
        override;

    std::size_t prefetched() const override { return tails_.prefetched(); }

  private:
    std::vector<Position> furthest() {
        const std::lock_guard lock(mutex_);
        return furthest_;
    }

    [[nodiscard]] std::string doubt() const {
        return "the Kafka topic " + options_.topic +
               " may have been replaced: the records read from it were not found again yet";
    }

    /// Returns what is wrong with the end; empty if nothing is. A log that has become shorter may
    /// be a different one, even after it has grown again: only a comparison can decide.
    std::string note_end(Partition partition, Position end, Position least) {
        if (end < least) {
            tails_.doubt(partition);
            return place_of(options_.topic, partition) + " ends at position " +
                   std::to_string(end) + ", but has been seen to reach " + std::to_string(least) +
                   ": is a broker cut off from the others? Or " + kPerhapsRecreated;
        }
        const std::lock_guard lock(mutex_);
        furthest_[partition] = std::max(furthest_[partition], end);
        return {};
    }

    const Options options_;
    Client questions_;
    const OpenedTopic opened_;
    const ledger::Writer writer_;
    Appender appender_;
    Tails tails_;
    std::mutex mutex_;                ///< Guards what follows.
    std::vector<Position> furthest_;  ///< Where each partition has been seen to reach.
};

void TopicLedger::check_witnesses(
    const Witnesses& witnesses, const std::function<bool()>& stopping
) {
    for (const auto& [partition, witness] : witnesses) {
        if (witness.ledger_identity != identity()) {
            throw LedgerMismatch(
                "the read store was built from the ledger " + witness.ledger_identity +
                ", but this one is " + identity()
            );
        }
        if (partition >= partitions()) {
            throw LedgerMismatch(
                "there is no " + place_of(options_.topic, partition) +
                ", but this node has read up to position " + std::to_string(witness.next) + " of it"
            );
        }
        const std::lock_guard lock(mutex_);
        furthest_[partition] = std::max(furthest_[partition], witness.next);
    }
    const auto on_doubt = [this](const std::string& doubt) {
        if (options_.on_log) options_.on_log(kSyslogWarning, doubt + " Asking again.");
    };
    kafka::check_witnesses(
        questions_, tails_, witnesses, options_.doubt_timeout, on_doubt, stopping
    );
}

}  // namespace

std::unique_ptr<Ledger> open_ledger(const Options& options) {
    return std::make_unique<TopicLedger>(options);
}

}  // namespace consularia::infra::kafka
