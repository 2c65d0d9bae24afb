#include "ledger/commands/turns.hpp"

#include <algorithm>
#include <cstddef>

namespace consularia::ledger {

namespace {

using std::chrono::microseconds;

/// After a void record writers take turns for this many times their patience.
constexpr int kRemembered = 50;
/// How many rounds a writer may be silent in its turn: two and a little more. Its batch needs one
/// round to be seen, if it is no slower than ours.
constexpr int kPatienceRounds = 2;
constexpr microseconds kPatience{1000};
constexpr microseconds kLongestRound{50'000};
/// A writer that was skipped while its batch was under way had too little time: it gets twice as
/// much from then on, and a little less with every turn that passes.
constexpr double kStretch = 2;
constexpr double kMostStretch = 16;
constexpr double kRelax = 0.998;
/// More writers cannot be nodes of ours.
constexpr std::size_t kMaxWriters = 64;
/// The limit of the whole wait, whichever writers come before us.
constexpr std::chrono::milliseconds kLongestWait{500};

void insert(std::vector<Writer>& sorted, Writer writer) {
    const auto place = std::lower_bound(sorted.begin(), sorted.end(), writer);
    const bool known = place != sorted.end() && *place == writer;
    if (writer != kNoWriter && !known && sorted.size() < kMaxWriters) sorted.insert(place, writer);
}

}  // namespace

void Turns::saw(Writer writer, bool fact, Time now) {
    if (writer == kNoWriter) return;
    if (!contended(now)) {
        ring_.clear();
        passed_.clear();
    }
    const bool was_passed = std::erase(passed_, writer) > 0;
    if (!fact) {
        if (was_passed) stretch_ = std::min(stretch_ * kStretch, kMostStretch);
        contended_until_ = now + kRemembered * patience();
        insert(ring_, last_);
        insert(ring_, writer);
        return;
    }
    // A batch may arrive in pieces, but its writer does not get another turn this soon.
    if (contended(now) && writer == last_ && now < last_at_ + patience()) return;
    if (contended(now)) pass_to(writer);
    last_ = writer;
    last_at_ = now;
}

void Turns::took(microseconds time) {
    round_ += (std::min(time, kLongestRound) - round_) / 4;
}

Turns::Time Turns::next(Time now, Time since) const {
    const auto self = std::lower_bound(ring_.begin(), ring_.end(), self_);
    if (!contended(now) || self == ring_.end() || *self != self_) return now;
    // The writers before us, counted from the one after the last.
    const auto size = static_cast<std::ptrdiff_t>(ring_.size());
    const auto first = std::upper_bound(ring_.begin(), ring_.end(), last_);
    const auto before = ((self - first) % size + size) % size;
    return std::min<Time>(last_at_ + before * patience(), since + kLongestWait);
}

Clock::Steady::duration Turns::patience() const {
    const auto patience = stretch_ * (kPatienceRounds * round_ + kPatience);
    return std::chrono::duration_cast<Clock::Steady::duration>(patience);
}

/// The writers between the last one and this one have let their turns pass.
void Turns::pass_to(Writer writer) {
    stretch_ = std::max(1.0, stretch_ * kRelax);
    std::erase_if(ring_, [this, writer](Writer other) {
        const bool after_last = other > last_;
        const bool before_this = other < writer;
        const bool passed = last_ < writer ? after_last && before_this : after_last || before_this;
        if (passed) insert(passed_, other);
        return passed;
    });
    insert(ring_, writer);
}

}  // namespace consularia::ledger
