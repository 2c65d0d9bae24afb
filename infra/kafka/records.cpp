#include "infra/kafka/records.hpp"

#include "base/wakeup.hpp"
#include "infra/kafka/ends.hpp"
#include "infra/kafka/tail.hpp"
#include "infra/kafka/topic.hpp"
#include "infra/ledger_mismatch.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

namespace consularia::infra::kafka {
namespace {

using ledger::LogEntry;
using ledger::Partition;
using ledger::Position;

constexpr std::size_t kEntriesAtOnce = 1024;
/// How long a record that is in the log may take to arrive.
constexpr std::chrono::seconds kPatience{30};
/// The pause before a broker that contradicts what is known is asked again.
constexpr std::chrono::milliseconds kAskAgain{200};

/// A tail that can wait for its next entries.
class BlockingTail {
  public:
    BlockingTail(Tails& tails, Partition partition, Position from)
        : tails_(tails), partition_(partition), from_(from) {
        open();
    }

    /// At least one entry. Throws StorageError, also if none arrives.
    std::vector<LogEntry> next(std::size_t limit) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        while (true) {
            auto entries = ask(limit, deadline);
            if (!entries.empty()) {
                from_ = entries.back().position + 1;
                return entries;
            }
            const auto left = deadline - std::chrono::steady_clock::now();
            if (left <= left.zero()) {
                throw Unreachable("the Kafka brokers do not deliver the next record");
            }
            wakeup_->wait(std::chrono::ceil<std::chrono::microseconds>(left));
        }
    }

  private:
    void open() {
        tail_ = tails_.open(partition_, from_, [wakeup = wakeup_] { wakeup->ring(); });
    }

    std::vector<LogEntry> ask(std::size_t limit, std::chrono::steady_clock::time_point deadline) {
        try {
            return tail_->next(limit);
        } catch (const Doubtful&) {
            if (std::chrono::steady_clock::now() >= deadline) throw;
        }
        std::this_thread::sleep_for(kAskAgain);
        tail_.reset();
        open();
        return {};
    }

    Tails& tails_;
    const Partition partition_;
    Position from_;
    const std::shared_ptr<ledger::Wakeup> wakeup_ = std::make_shared<ledger::Wakeup>();
    std::unique_ptr<ledger::Tail> tail_;
};

bool reach(const std::vector<Position>& ends, const std::vector<Position>& at_least) {
    for (std::size_t i = 0; i < std::min(ends.size(), at_least.size()); ++i) {
        if (ends[i] < at_least[i]) return false;
    }
    return true;
}

std::vector<Position> await_ends(
    const Client& client,
    Partition partitions,
    const std::vector<Position>& at_least,
    const Options& options
) {
    const Deadline deadline = std::chrono::steady_clock::now() + options.doubt_timeout;
    while (true) {
        auto ends =
            ask_edges(client, ledger::all_partitions(partitions), Edge::end, options.open_timeout);
        if (reach(ends, at_least) || std::chrono::steady_clock::now() >= deadline) return ends;
        std::this_thread::sleep_for(kAskAgain);
        refresh_leaders(client, options.open_timeout);
    }
}

}  // namespace

void check_begins(const Client& client, const std::vector<Partition>& partitions) {
    for (const auto& [partition, begin] :
         ask_known_edges(client, partitions, Edge::begin, ledger::kEndTimeout)) {
        if (begin == 0) continue;
        throw LedgerMismatch(
            "partition " + std::to_string(partition) + " of the Kafka topic " +
            client.topic_name() + " begins at position " + std::to_string(begin) +
            ": the records before it were deleted"
        );
    }
}

void for_each_record(
    const Options& options,
    const std::function<void(Partition, const LogEntry&)>& callback,
    const std::vector<Position>& at_least,
    const std::vector<Position>& from
) {
    const Client questions(options, RD_KAFKA_CONSUMER, question_settings());
    const Deadline deadline = std::chrono::steady_clock::now() + options.open_timeout;
    const Partition partitions = find_topic(questions, deadline);
    if (options.partitions && *options.partitions != partitions) {
        throw SettingRefused(
            "the Kafka topic " + options.topic + " has " + std::to_string(partitions) +
            " partitions, not " + std::to_string(*options.partitions)
        );
    }
    check_begins(questions, ledger::all_partitions(partitions));
    const auto ends = await_ends(questions, partitions, at_least, options);
    Tails tails(options, partitions);
    for (Partition partition = 0; partition < partitions; ++partition) {
        Position next = partition < from.size() ? from[partition] : 0;
        if (next >= ends[partition]) continue;
        BlockingTail tail(tails, partition, next);
        while (next < ends[partition]) {
            const auto left = static_cast<std::size_t>(ends[partition] - next);
            for (const auto& entry : tail.next(std::min(left, kEntriesAtOnce))) {
                callback(partition, entry);
                ++next;
            }
        }
    }
}

std::string identity_of(const Options& options) {
    const Client questions(options, RD_KAFKA_CONSUMER, question_settings());
    return identity(questions, std::chrono::steady_clock::now() + options.open_timeout);
}

}  // namespace consularia::infra::kafka
