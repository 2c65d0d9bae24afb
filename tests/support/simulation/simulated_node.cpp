#include "tests/support/simulation/simulated_node.hpp"

#include "ledger/log/storage_error.hpp"
#include "tests/support/memory_writer.hpp"
#include "tests/support/record_codec.hpp"

#include <utility>
#include <variant>

namespace consularia::test {

using ledger::Partition;

namespace {

const std::string kPretended = "pretended";

}  // namespace

/// The shared ledger as one node sees it.
class SimulatedNode::FaultyLedger final : public MemoryWriter {
  public:
    FaultyLedger(MemoryLedger& ledger, ledger::Writer writer, Fault fault, EarlyAnswer early_answer)
        : MemoryWriter(ledger, writer), fault_(fault), early_answer_(std::move(early_answer)) {}

    [[nodiscard]] bool shared() const override { return fault_ != Fault::refuses_without_sync; }

    [[nodiscard]] ledger::AppendResult append(
        Partition partition, std::span<const std::string> values
    ) override {
        auto result = MemoryWriter::append(partition, values);
        if (fault_ == Fault::answers_before_the_verdict &&
            std::holds_alternative<ledger::Appended>(result)) {
            for (const std::string& value : values) early_answer_(value);
        }
        if (fault_ == Fault::decides_unknown_fates_again &&
            std::holds_alternative<ledger::FateUnknown>(result)) {
            return ledger::NotAppended{ledger::NotAppended::Reason::failed, kPretended};
        }
        return result;
    }

  private:
    const Fault fault_;
    const EarlyAnswer early_answer_;
};

SimulatedNode::SimulatedNode(
    MemoryLedger& ledger,
    ledger::Writer writer,
    Fault fault,
    ledger::ProcessorLimits limits,
    EarlyAnswer early_answer
)
    : fault_(fault),
      codec_(samples::codec(
          writer % 2 == 0 ? ledger::WriteFormat::verbatim : ledger::WriteFormat::keyed
      )),
      limits_(limits),
      ledger_(std::make_unique<FaultyLedger>(ledger, writer, fault, std::move(early_answer))),
      processors_(ledger.partitions()),
      busy_(ledger.partitions()),
      repeated_(ledger.partitions()) {
    restart(false);
}

SimulatedNode::~SimulatedNode() = default;

std::unique_ptr<MemoryStateStore> SimulatedNode::make_store() const {
    MemoryStateStore::Options options{ledger_->partitions(), limits_.idempotency_ttl};
    options.entries_at_once = 1 + limits_.tail_entries / 2;
    if (fault_ == Fault::accepts_without_prevhash) {
        options.accept = [](const ledger::ChainLink& link, const ledger::Head& head) {
            return link.sequence == head.sequence + 1;
        };
    } else if (fault_ == Fault::accepts_everything) {
        options.accept = [](const ledger::ChainLink&, const ledger::Head&) { return true; };
    }
    return std::make_unique<MemoryStateStore>(std::move(options));
}

void SimulatedNode::restart(bool keep_state) {
    for (auto& processor : processors_) processor.reset();
    for (auto& repeated : repeated_) repeated.clear();
    if (!store || !keep_state) store = make_store();
    for (Partition partition = 0; partition < processors_.size(); ++partition) {
        processors_[partition] = std::make_unique<ledger::PartitionProcessor>(
            ledger::PartitionPorts{
                .partition = partition,
                .ledger = *ledger_,
                .store = *store,
                .codec = codec_,
                .clock = clock},
            limits_,
            std::function<void()>()
        );
    }
}

void SimulatedNode::submit(
    Partition partition, ledger::Submission submission, ledger::ReplyHandler reply
) {
    if (fault_ == Fault::decides_unknown_fates_again) {
        reply = repeat_not_appended(partition, submission, std::move(reply));
    }
    std::vector<ledger::Pending> commands;
    commands.push_back({std::move(submission), std::move(reply)});
    processors_[partition]->enqueue(std::move(commands));
}

ledger::ReplyHandler SimulatedNode::repeat_not_appended(
    Partition partition, ledger::Submission submission, ledger::ReplyHandler reply
) {
    return [this, partition, submission = std::move(submission), reply = std::move(reply)](
               ledger::Reply answer
           ) {
        const auto* unavailable = std::get_if<ledger::Unavailable>(&answer);
        if (unavailable && unavailable->why == kPretended) {
            repeated_[partition].push_back({submission, reply});
        } else {
            reply(std::move(answer));
        }
    };
}

bool SimulatedNode::step(Partition partition) {
    if (busy_[partition]) return false;
    for (auto& repeated : std::exchange(repeated_[partition], {})) {
        submit(partition, std::move(repeated.submission), std::move(repeated.reply));
    }
    busy_[partition] = true;
    bool more = false;
    try {
        more = processors_[partition]->step();
    } catch (const ledger::StorageError&) {
        more = true;
    }
    busy_[partition] = false;
    return more;
}

std::size_t SimulatedNode::unanswered() const {
    std::size_t sum = 0;
    for (const auto& processor : processors_) sum += processor->unanswered();
    for (const auto& repeated : repeated_) sum += repeated.size();
    return sum;
}

ledger::Position SimulatedNode::applied(Partition partition) const {
    return processors_[partition]->applied();
}

}  // namespace consularia::test
