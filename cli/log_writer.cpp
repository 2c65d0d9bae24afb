#include "cli/log_writer.hpp"

#include "base/stoppable_thread.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <unistd.h>

namespace consularia::cli {

namespace {

constexpr std::chrono::milliseconds kGather{2};
constexpr std::chrono::milliseconds kFlush{1000};
constexpr std::size_t kWriteBytes = 64 << 10;

/// What cannot be written is lost: there is no other place for it.
void write_to_stderr(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(STDERR_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

LogWriter::LogWriter(std::size_t max_lines)
    : lines_(std::max<std::size_t>(1, max_lines)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

LogWriter::~LogWriter() {
    thread_.request_stop();
    thread_.join();
}

void LogWriter::sink_it_(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (count_ == lines_.size()) {
        first_ = (first_ + 1) % lines_.size();
        --count_;
        ++lost_;
    }
    lines_[(first_ + count_) % lines_.size()].assign(line.data(), line.size());
    if (++count_ == 1) has_lines_.notify_one();
}

void LogWriter::flush_() {
    all_written_.wait_for(mutex_, kFlush, [this] { return count_ == 0 && !writing_; });
}

void LogWriter::run(const std::stop_token& stop) {
    std::string bytes;
    std::unique_lock lock(mutex_);
    for (;;) {
        has_lines_.wait(lock, stop, [this] { return count_ > 0; });
        if (count_ == 0) return;
        lock.unlock();
        (void)stopped_within(stop, kGather);
        lock.lock();
        report_lost(bytes);
        take_lines(bytes);
        writing_ = true;
        lock.unlock();
        write_to_stderr(bytes);
        bytes.clear();
        lock.lock();
        writing_ = false;
        all_written_.notify_all();
    }
}

void LogWriter::report_lost(std::string& bytes) {
    if (lost_ == 0) return;
    const auto text =
        "the log is written too slowly: " + std::to_string(lost_) + " lines were lost";
    spdlog::memory_buf_t line;
    formatter_->format({kLoggerName, spdlog::level::warn, text}, line);
    bytes.append(line.data(), line.size());
    lost_ = 0;
}

void LogWriter::take_lines(std::string& bytes) {
    while (count_ > 0 && bytes.size() < kWriteBytes) {
        bytes += lines_[first_];
        first_ = (first_ + 1) % lines_.size();
        --count_;
    }
}

}  // namespace consularia::cli
