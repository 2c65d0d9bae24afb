#include "infra/kafka/witness.hpp"

#include "base/wakeup.hpp"
#include "infra/kafka/ends.hpp"
#include "infra/ledger_mismatch.hpp"

#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using ledger::Checkpoint;
using ledger::Partition;
using ledger::Position;

/// The pause before a broker that contradicts what is known is asked again.
constexpr std::chrono::milliseconds kAskAgain{200};
/// A partition whose record has not arrived by then cannot be read now.
constexpr std::chrono::seconds kComparedWithin{2};
constexpr std::chrono::milliseconds kLookEvery{20};

/// The partitions whose witness was neither found nor given up.
class Check {
  public:
    Check(const Client& client, Tails& tails, const Witnesses& witnesses)
        : client_(client), tails_(tails) {
        for (const auto& [partition, witness] : witnesses) {
            if (witness.next == 0) continue;
            tails_.recall(partition, witness.next - 1, witness.last_hash);
            pending_.emplace(partition, witness);
        }
    }

    /// What contradicts a witness for now; empty if the check is over.
    std::string ask() {
        contradiction_.clear();
        compare(find_those_that_reach());
        return contradiction_;
    }

    void refresh() const { refresh_leaders(client_, ledger::kEndTimeout); }

  private:
    using Opened = std::map<Partition, std::unique_ptr<ledger::Tail>>;

    [[nodiscard]] std::string place(Partition partition) const {
        return place_of(client_.topic_name(), partition);
    }

    static std::string seen(const Checkpoint& witness) {
        return "this node has read up to position " + std::to_string(witness.next) + ": " +
               kPerhapsRecreated;
    }

    /// Leaves out partitions whose end no broker reports.
    std::vector<Partition> find_those_that_reach() {
        if (pending_.empty()) return {};
        std::vector<Partition> asked;
        for (const auto& [partition, witness] : pending_) asked.push_back(partition);
        const auto ends = ask_known_edges(client_, asked, Edge::end, ledger::kEndTimeout);
        std::vector<Partition> reach;
        for (const Partition partition : asked) {
            const Checkpoint& witness = pending_.at(partition);
            const auto end = ends.find(partition);
            if (end == ends.end()) {
                pending_.erase(partition);
            } else if (end->second >= witness.next) {
                reach.push_back(partition);
            } else {
                contradiction_ = place(partition) + " ends at position " +
                                 std::to_string(end->second) + ", but " + seen(witness);
            }
        }
        return reach;
    }

    /// Their tails make the comparison.
    void compare(const std::vector<Partition>& partitions) {
        const auto wakeup = std::make_shared<ledger::Wakeup>();
        Opened open;
        for (const Partition partition : partitions) {
            open[partition] =
                tails_.open(partition, pending_.at(partition).next, [wakeup] { wakeup->ring(); });
        }
        const auto deadline = std::chrono::steady_clock::now() + kComparedWithin;
        while (!open.empty()) {
            const bool late = std::chrono::steady_clock::now() >= deadline;
            std::erase_if(open, [&](auto& one) {
                return is_settled(one.first, *one.second, late);
            });
            if (!open.empty()) wakeup->wait(kLookEvery);
        }
    }

    bool is_settled(Partition partition, ledger::Tail& tail, bool late) {
        try {
            (void)tail.next(0);
        } catch (const Doubtful& error) {
            contradiction_ = error.what();
            return true;
        } catch (const ledger::StorageError&) {
            if (!tails_.condemned(partition).empty()) condemn(partition);
            late = true;
        }
        if (!late && tails_.in_doubt(partition)) return false;
        pending_.erase(partition);
        return true;
    }

    [[noreturn]] void condemn(Partition partition) const {
        const Checkpoint& witness = pending_.at(partition);
        throw LedgerMismatch(
            place(partition) + " holds another record at position " +
            std::to_string(witness.next - 1) + " than this node has read, and " + seen(witness)
        );
    }

    const Client& client_;
    Tails& tails_;
    Witnesses pending_;
    std::string contradiction_;
};

}  // namespace

std::string place_of(const std::string& topic, Partition partition) {
    return "partition " + std::to_string(partition) + " of the Kafka topic " + topic;
}

void check_witnesses(
    const Client& client,
    Tails& tails,
    const Witnesses& witnesses,
    std::chrono::milliseconds doubt_timeout,
    const std::function<void(const std::string&)>& on_doubt,
    const std::function<bool()>& stopping
) {
    const Deadline deadline = std::chrono::steady_clock::now() + doubt_timeout;
    Check check(client, tails, witnesses);
    std::string reported;
    while (!stopping()) {
        const std::string contradiction = check.ask();
        if (contradiction.empty()) return;
        if (std::chrono::steady_clock::now() >= deadline) throw LedgerMismatch(contradiction);
        if (std::exchange(reported, contradiction) != contradiction) on_doubt(contradiction);
        std::this_thread::sleep_for(kAskAgain);
        check.refresh();
    }
}

}  // namespace consularia::infra::kafka
