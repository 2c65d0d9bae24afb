#include "ledger/turns.hpp"

#include <algorithm>
#include <cstddef>

namespace consularia::ledger {

namespace {

using std::chrono::microseconds;

/// In rounds: for so long after a void record writers take turns.
constexpr int kRemembered = 100;
/// So long a writer may be silent when it is its turn: two rounds and a little. One round is what
/// its batch needs to be seen.
constexpr int kPatienceRounds = 2;
constexpr microseconds kPatience{1000};
/// Bounds what a slow append makes others wait.
constexpr microseconds kLongestRound{50'000};
/// More would be no nodes of ours.
constexpr std::size_t kMaxWriters = 64;
/// However many come before us, no longer than for so many silent ones do we wait.
constexpr std::ptrdiff_t kMaxSilent = 8;

}  // namespace

void Turns::saw(Writer writer, bool fact, Time now) {
    if (writer == kNoWriter) return;
    if (!fact) {
        if (!contended(now)) ring_.clear();
        contended_until_ = now + kRemembered * round_;
        join(last_);
        join(writer);
        return;
    }
    // A batch may come in pieces, but its writer does not get another turn so soon.
    const bool same_turn = writer == last_ && now < last_at_ + patience();
    if (contended(now) && !same_turn) {
        pass_to(writer);
        join(writer);
    }
    last_ = writer;
    last_at_ = now;
}

void Turns::took(microseconds time) {
    round_ += (std::min(time, kLongestRound) - round_) / 4;
}

Turns::Time Turns::next(Time now) const {
    const auto self = std::lower_bound(ring_.begin(), ring_.end(), self_);
    if (!contended(now) || self == ring_.end() || *self != self_) return now;
    // Those who come before us, counted from the one after the last.
    const auto size = static_cast<std::ptrdiff_t>(ring_.size());
    const auto first = std::upper_bound(ring_.begin(), ring_.end(), last_);
    const auto before = ((self - first) % size + size) % size;
    return last_at_ + std::min(before, kMaxSilent) * patience();
}

Clock::Steady::duration Turns::patience() const {
    return kPatienceRounds * round_ + kPatience;
}

void Turns::join(Writer writer) {
    const auto place = std::lower_bound(ring_.begin(), ring_.end(), writer);
    const bool known = place != ring_.end() && *place == writer;
    if (writer != kNoWriter && !known && ring_.size() < kMaxWriters) ring_.insert(place, writer);
}

/// Those between the last writer and this one have let their turn pass.
void Turns::pass_to(Writer writer) {
    std::erase_if(ring_, [this, writer](Writer other) {
        const bool after_last = other > last_;
        const bool before_this = other < writer;
        return last_ < writer ? after_last && before_this : after_last || before_this;
    });
}

}  // namespace consularia::ledger
