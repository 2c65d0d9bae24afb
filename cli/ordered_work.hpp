#pragma once
// Several threads work on the parts of something that is taken in its order.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::cli {

/// Parts are used again and again, so that there is never more than one for each thread and two
/// more. One thread takes them.
template <class Part>
class OrderedWork {
  public:
    /// Makes the next part of one that is used again; false if there is no more. It is called by
    /// one thread at a time.
    using Fill = std::function<bool(Part&)>;
    /// Called by several threads at once.
    using Work = std::function<void(Part&)>;

    /// The threads begin at once, and end with this, even if not all was taken.
    OrderedWork(std::size_t threads, Fill fill, Work work)
        : OrderedWork(std::move(fill), std::move(work), threads + 2) {
        for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
    }

    OrderedWork(const OrderedWork&) = delete;
    OrderedWork& operator=(const OrderedWork&) = delete;

    ~OrderedWork() {
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
        }
        changed_.notify_all();
    }

    /// The caller's until the next call. Null after the last one. Throws what `fill` or `work` of
    /// this part threw; nothing may be called after that.
    [[nodiscard]] Part* next() {
        std::unique_lock lock(mutex_);
        if (holds_) {
            place(taken_++).done = false;
            holds_ = false;
            changed_.notify_all();
        }
        changed_.wait(lock, [this] { return place(taken_).done || (ended_ && taken_ == begun_); });
        if (!place(taken_).done) return nullptr;
        if (place(taken_).failure) std::rethrow_exception(place(taken_).failure);
        holds_ = true;
        return &place(taken_).part;
    }

  private:
    struct Place {
        Part part{};
        std::exception_ptr failure;
        bool done = false;
    };

    /// Without threads: if one of them cannot be started, the destructor ends the others.
    OrderedWork(Fill fill, Work work, std::size_t places)
        : fill_(std::move(fill)), work_(std::move(work)), places_(places) {}

    [[nodiscard]] Place& place(std::uint64_t number) { return places_[number % places_.size()]; }

    void run() {
        while (auto* const begun = begin()) {
            attempt(*begun, [&] { work_(begun->part); });
            finish(*begun);
        }
    }

    /// Null if there is nothing more to do.
    [[nodiscard]] Place* begin() {
        const std::lock_guard in_order(filling_);
        Place* next = nullptr;
        {
            std::unique_lock lock(mutex_);
            const auto ready = [this] { return ended_ || begun_ - taken_ < places_.size(); };
            changed_.wait(lock, ready);
            if (ended_) return nullptr;
            next = &place(begun_);
        }
        bool more = false;
        attempt(*next, [&] { more = fill_(next->part); });
        const std::lock_guard lock(mutex_);
        ended_ = ended_ || !more;
        if (more || next->failure) ++begun_;
        if (more) return next;
        next->done = next->failure != nullptr;
        changed_.notify_all();
        return nullptr;
    }

    void finish(Place& begun) {
        {
            const std::lock_guard lock(mutex_);
            begun.done = true;
        }
        changed_.notify_all();
    }

    template <class Do>
    static void attempt(Place& place, Do act) {
        try {
            act();
        } catch (...) {
            place.failure = std::current_exception();
        }
    }

    Fill fill_;
    Work work_;
    std::mutex filling_;
    std::mutex mutex_;  ///< Guards what follows, and `done` of places.
    std::condition_variable changed_;
    std::vector<Place> places_;
    std::uint64_t begun_ = 0;
    std::uint64_t taken_ = 0;
    bool holds_ = false;  ///< The caller of next() has place(taken_).
    bool ended_ = false;  ///< No other part is begun.
    std::vector<std::jthread> threads_;
};

}  // namespace consularia::cli
