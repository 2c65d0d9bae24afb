#include "node/void_log.hpp"

#include <utility>

namespace consularia::node {

VoidLog::VoidLog(Say say, std::chrono::milliseconds every)
    : say_(std::move(say)), thread_(every, [this] { report(); }) {}

VoidLog::~VoidLog() {
    thread_.stop();
    report();
}

void VoidLog::note(ledger::Partition partition, ledger::Position position, std::string_view why) {
    const std::lock_guard lock(mutex_);
    ++count_;
    last_ = "at position " + std::to_string(position) + " of partition " +
            std::to_string(partition) + ": " + std::string(why);
}

void VoidLog::report() {
    std::uint64_t count = 0;
    std::string last;
    {
        const std::lock_guard lock(mutex_);
        count = std::exchange(count_, 0);
        last = last_;
    }
    if (count == 0) return;
    say_(
        std::to_string(count) + (count == 1 ? " void record, " : " void records, the last ") + last
    );
}

}  // namespace consularia::node
