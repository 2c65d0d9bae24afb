#include "infra/rocks_log.hpp"

#include "ledger/storage_error.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace consularia::infra {
namespace {

using ledger::LogEntry;
using ledger::Position;

/// What is kept for a tail that lags before it reads files instead.
constexpr std::size_t kBytesInHand = 32 << 20;

[[noreturn]] void fail(Position position, const std::string& why) {
    throw ledger::StorageError(
        "the ledger cannot be read at position " + std::to_string(position) + ": " + why
    );
}

}  // namespace

/// What was handed to one tail and waits for its next().
struct RocksLog::Reader {
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

    /// The entries that begin at `from`, if they are here. Earlier ones were read out of the files.
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

class RocksLog::FollowingTail final : public ledger::Tail {
  public:
    FollowingTail(std::shared_ptr<RocksLog> log, Position from, std::shared_ptr<Reader> reader)
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
    std::shared_ptr<RocksLog> log_;
    Position next_;
    std::shared_ptr<Reader> reader_;
};

RocksLog::RocksLog(std::unique_ptr<LedgerFiles> files)
    : files_(std::move(files)), end_(files_->end) {}

Position RocksLog::end() const {
    const std::lock_guard lock(mutex_);
    return end_;
}

rocksdb::Status RocksLog::write(std::span<const std::string> values) {
    rocksdb::WriteBatch batch;
    Position position = end();
    for (const std::string& value : values) {
        auto status =
            batch.Put(files_->rocks.family(kLedgerLogFamily), position_key(position++), value);
        if (!status.ok()) return status;
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    return files_->rocks.db().Write(options, &batch);
}

Position RocksLog::publish(std::span<const std::string> values) {
    std::vector<std::shared_ptr<Reader>> readers;
    Position end = 0;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& reader : readers_) reader->hand_over(end_, values);
        end = end_ += values.size();
        readers = readers_;
    }
    for (const auto& reader : readers) reader->call_ready();
    return end;
}

std::unique_ptr<ledger::Tail> RocksLog::tail(Position from, std::function<void()> ready) {
    auto reader = std::make_shared<Reader>();
    reader->ready = std::move(ready);
    const std::lock_guard lock(mutex_);
    readers_.push_back(reader);
    return std::make_unique<FollowingTail>(shared_from_this(), from, std::move(reader));
}

std::vector<LogEntry> RocksLog::read(Position from, std::size_t limit) const {
    const Position known_end = end();
    if (from >= known_end || limit == 0) return {};
    const Position until = from + std::min<Position>(limit, known_end - from);
    std::vector<LogEntry> entries;
    std::size_t bytes = 0;
    const std::unique_ptr<rocksdb::Iterator> at(
        files_->rocks.db().NewIterator(verified_read(), files_->rocks.family(kLedgerLogFamily))
    );
    at->Seek(position_key(from));
    for (Position wanted = from; wanted < until && bytes < ledger::kTailBytes;
         ++wanted, at->Next()) {
        if (!at->Valid()) {
            fail(wanted, at->status().ok() ? "its records are missing" : words_of(at->status()));
        }
        if (read_position_key(at->key()) != wanted) fail(wanted, "its record is missing");
        entries.push_back({wanted, at->value().ToString()});
        bytes += entries.back().value.size();
    }
    return entries;
}

}  // namespace consularia::infra
