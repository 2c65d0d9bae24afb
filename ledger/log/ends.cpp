#include "ledger/log/ends.hpp"

#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <iterator>

namespace consularia::ledger {

namespace {

/// How long others have to wait for a partition that does not answer.
constexpr std::chrono::milliseconds kTimeoutAlone{200};

}  // namespace

std::map<Partition, Position> Ends::ask(const std::set<Partition>& partitions) {
    std::map<Partition, Position> ends;
    std::vector<Partition> sound;
    std::vector<Partition> silent;
    for (const Partition partition : silent_) {
        if (partitions.contains(partition)) silent.push_back(partition);
    }
    std::ranges::copy_if(partitions, std::back_inserter(sound), [this](Partition partition) {
        return std::ranges::find(silent_, partition) == silent_.end();
    });
    if (!sound.empty() && !ask_together(sound, kEndTimeout, ends)) {
        silent_.insert(silent_.end(), sound.begin(), sound.end());
        // A partition that was asked alone need not be asked again at once.
        if (sound.size() > 1) silent.insert(silent.end(), sound.begin(), sound.end());
    }
    for (const Partition partition : silent) {
        const bool answered = ask_together({partition}, kTimeoutAlone, ends);
        std::erase(silent_, partition);
        if (answered) continue;
        silent_.push_back(partition);
        break;
    }
    return ends;
}

bool Ends::ask_together(
    const std::vector<Partition>& partitions,
    std::chrono::milliseconds timeout,
    std::map<Partition, Position>& ends
) {
    try {
        const std::vector<Position> found = ledger_.find_ends(partitions, timeout);
        for (std::size_t i = 0; i < partitions.size(); ++i) {
            ends[partitions[i]] = found.at(i);
            problems_.erase(partitions[i]);
        }
        return true;
    } catch (const StorageError& error) {
        for (const Partition partition : partitions) {
            problems_[partition] = {error.what(), reach_of(error)};
        }
        return false;
    }
}

Ends::Problem Ends::problem(Partition partition) const {
    const auto found = problems_.find(partition);
    return found == problems_.end() ? Problem{} : found->second;
}

}  // namespace consularia::ledger
