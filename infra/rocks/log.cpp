#include "infra/rocks/log.hpp"

#include "infra/ledger_mismatch.hpp"
#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

namespace consularia::infra::rocks {
namespace {

using ledger::LogEntry;
using ledger::Position;

/// How many bytes are kept for a lagging tail before it reads files instead.
constexpr std::size_t kBytesInHand = 32 << 20;

/// How long readers of the files have to finish before these are closed.
constexpr std::chrono::milliseconds kLetGo{100};

[[noreturn]] void fail_reading(Position position, const std::string& why) {
    throw ledger::StorageError(
        "the ledger cannot be read at position " + std::to_string(position) + ": " + why
    );
}

}  // namespace

/// The entries that were handed to one tail and wait for its next().
struct Log::Reader {
    std::mutex mutex;  ///< Guards the entries and their size.
    std::deque<LogEntry> entries;
    std::size_t bytes = 0;
    std::mutex ready_mutex;  ///< Guards `ready`, and is held while it runs.
    std::function<void()> ready;

    void hand_over(Position position, std::span<const std::string> values) {
        const std::lock_guard lock(mutex);
        for (const std::string& value : values) {
            entries.push_back({position++, value});
            bytes += value.size();
        }
        if (bytes <= kBytesInHand) return;
        entries.clear();
        bytes = 0;
    }

    /// The entries that begin at `from`, if they are here. Earlier ones were read from the files.
    std::vector<LogEntry> take(Position from, std::size_t limit) {
        std::vector<LogEntry> taken;
        std::size_t taken_bytes = 0;
        const std::lock_guard lock(mutex);
        while (!entries.empty() && taken.size() < limit && taken_bytes < ledger::kTailBytes) {
            LogEntry& front = entries.front();
            const Position wanted = from + taken.size();
            if (front.position > wanted) break;
            const std::size_t size = front.value.size();
            if (front.position == wanted) {
                taken.push_back(std::move(front));
                taken_bytes += size;
            }
            entries.pop_front();
            bytes -= size;
        }
        return taken;
    }

    void call_ready() {
        const std::lock_guard lock(ready_mutex);
        if (ready) ready();
    }
};

class Log::FollowingTail final : public ledger::Tail {
  public:
    FollowingTail(std::shared_ptr<Log> log, Position from, std::shared_ptr<Reader> reader)
        : log_(std::move(log)), next_(from), reader_(std::move(reader)) {}

    FollowingTail(const FollowingTail&) = delete;
    FollowingTail& operator=(const FollowingTail&) = delete;

    ~FollowingTail() override {
        {
            const std::lock_guard lock(log_->mutex_);
            std::erase(log_->readers_, reader_);
        }
        const std::lock_guard lock(reader_->ready_mutex);
        reader_->ready = nullptr;
    }

    std::vector<LogEntry> next(std::size_t limit) override {
        std::vector<LogEntry> entries = reader_->take(next_, limit);
        if (entries.empty()) entries = log_->read(next_, limit);
        next_ += entries.size();
        return entries;
    }

  private:
    std::shared_ptr<Log> log_;
    Position next_;
    std::shared_ptr<Reader> reader_;
};

Log::Log(
    std::unique_ptr<LedgerFiles> files,
    std::shared_ptr<LedgerOpener> opener,
    std::chrono::milliseconds retry
)
    : opener_(std::move(opener)),
      retry_(retry),
      identity_(files->identity),
      files_(std::move(files)),
      end_(files_->end),
      last_hash_(files_->last_hash) {}

Position Log::end() const {
    const std::lock_guard lock(mutex_);
    return end_;
}

std::shared_ptr<const LedgerFiles> Log::files() const {
    const std::lock_guard lock(mutex_);
    return files_;
}

ledger::AppendResult Log::append(std::span<const std::string> values) {
    const Position expected = end();
    if (auto why = mend()) {
        return ledger::NotAppended{ledger::NotAppended::Reason::failed, *why, condemned()};
    }
    if (end() != expected) {
        return ledger::FateUnknown{"the ledger was reopened and contains more than was known"};
    }
    if (values.empty()) return ledger::Appended{end()};
    const auto writes = opener_->watch().log_writes.load();
    const auto status = write(values);
    if (status.ok()) return ledger::Appended{publish(values)};
    const std::string why = "writing to the ledger failed: " + words_of(status);
    fail(why);
    if (opener_->watch().log_writes != writes) return ledger::FateUnknown{why, condemned()};
    return ledger::NotAppended{ledger::NotAppended::Reason::failed, why, condemned()};
}

bool Log::condemned() const {
    const std::lock_guard lock(mending_);
    return condemned_;
}

void Log::condemn(std::string why) {
    const std::lock_guard lock(mending_);
    if (condemned_) return;
    condemned_ = true;
    failure_ = std::move(why);
}

void Log::fail(std::string why) {
    const std::lock_guard lock(mending_);
    condemned_ = condemned_ || opener_->watch().failed;
    failure_ = std::move(why);
    retry_at_ = std::chrono::steady_clock::now() + retry_;
}

/// Reopens the files if that is due. Returns why nothing can be appended; empty if appending is
/// possible.
std::optional<std::string> Log::mend() {
    const std::lock_guard lock(mending_);
    if (failure_.empty()) return std::nullopt;
    if (condemned_ || std::chrono::steady_clock::now() < retry_at_) return failure_;
    try {
        open_again();
        failure_.clear();
        return std::nullopt;
    } catch (const LedgerMismatch& error) {
        condemned_ = true;
        failure_ = error.what();
    } catch (const ledger::StorageError& error) {
        condemned_ = opener_->watch().failed;
        failure_ = error.what();
    }
    retry_at_ = std::chrono::steady_clock::now() + retry_;
    return failure_;
}

void Log::open_again() {
    opener_->try_writing();
    ledger::Checkpoint witness{identity_, 0, {}};
    {
        const std::lock_guard lock(mutex_);
        witness.next = end_;
        witness.last_hash = last_hash_;
    }
    close_files();
    take(opener_->open({witness}));
}

void Log::close_files() {
    std::weak_ptr<const LedgerFiles> left;
    {
        const std::lock_guard lock(mutex_);
        left = files_;
        files_.reset();
    }
    const auto patience = std::chrono::steady_clock::now() + kLetGo;
    while (!left.expired() && std::chrono::steady_clock::now() < patience) {
        std::this_thread::yield();
    }
    if (auto still = left.lock()) {
        const std::lock_guard lock(mutex_);
        files_ = std::move(still);
        throw ledger::StorageError("the ledger is still being read");
    }
}

/// Takes the reopened files, which may contain the batch whose fate was unknown.
void Log::take(std::shared_ptr<const LedgerFiles> files) {
    std::vector<std::shared_ptr<Reader>> readers;
    {
        const std::lock_guard lock(mutex_);
        files_ = std::move(files);
        end_ = files_->end;
        last_hash_ = files_->last_hash;
        readers = readers_;
    }
    for (const auto& reader : readers) reader->call_ready();
}

/// No reader sees what is written yet.
rocksdb::Status Log::write(std::span<const std::string> values) {
    const auto files = this->files();
    rocksdb::WriteBatch batch;
    Position position = end();
    for (const std::string& value : values) {
        auto status =
            batch.Put(files->rocks.family(kLedgerLogFamily), position_key(position++), value);
        if (!status.ok()) return status;
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    return files->rocks.db().Write(options, &batch);
}

/// Publishes what was just written to all tails; returns the new end.
Position Log::publish(std::span<const std::string> values) {
    std::vector<std::shared_ptr<Reader>> readers;
    const auto last_hash = ledger::sha256(values.back());
    Position end = 0;
    {
        const std::lock_guard lock(mutex_);
        last_hash_ = last_hash;
        for (const auto& reader : readers_) reader->hand_over(end_, values);
        end = end_ += values.size();
        readers = readers_;
    }
    for (const auto& reader : readers) reader->call_ready();
    return end;
}

std::unique_ptr<ledger::Tail> Log::tail(Position from, std::function<void()> ready) {
    auto reader = std::make_shared<Reader>();
    reader->ready = std::move(ready);
    const std::lock_guard lock(mutex_);
    readers_.push_back(reader);
    return std::make_unique<FollowingTail>(shared_from_this(), from, std::move(reader));
}

std::vector<LogEntry> Log::read(Position from, std::size_t limit) {
    const Position known_end = end();
    if (from >= known_end || limit == 0) return {};
    auto files = this->files();
    if (!files) {
        if (const auto why = mend()) fail_reading(from, *why);
        files = this->files();
    }
    const Position until = from + std::min<Position>(limit, known_end - from);
    std::vector<LogEntry> entries;
    std::size_t bytes = 0;
    const std::unique_ptr<rocksdb::Iterator> at(
        files->rocks.db().NewIterator(verified_read(), files->rocks.family(kLedgerLogFamily))
    );
    at->Seek(position_key(from));
    for (Position wanted = from; wanted < until && bytes < ledger::kTailBytes;
         ++wanted, at->Next()) {
        if (!at->Valid()) {
            fail_reading(
                wanted, at->status().ok() ? "its records are missing" : words_of(at->status())
            );
        }
        if (read_position_key(at->key()) != wanted) fail_reading(wanted, "its record is missing");
        entries.push_back({wanted, at->value().ToString()});
        bytes += entries.back().value.size();
    }
    return entries;
}

}  // namespace consularia::infra::rocks
