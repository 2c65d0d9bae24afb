#pragma once
// Where log lines go: to standard error, by a thread that writes all there are at once.

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <spdlog/sinks/base_sink.h>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace consularia::cli {

inline constexpr const char* kLoggerName = "consularia";

/// No caller waits for the writing, and few wake the thread: it lets lines gather for a moment.
/// Thread-safe; base_sink's mutex guards all but the thread.
class LogWriter final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    /// Beyond `max_lines` the oldest are lost; a line in their place says how many.
    explicit LogWriter(std::size_t max_lines);
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;
    /// Writes everything.
    ~LogWriter() override;

  private:
    void sink_it_(const spdlog::details::log_msg& message) override;

    /// Waits until everything is written; not for long, since the reader of the log may be stuck.
    void flush_() override;

    void run(const std::stop_token& stop);
    void report_lost(std::string& bytes);
    /// Moves lines to the end of `bytes`, as many as are written at once.
    void take_lines(std::string& bytes);

    std::vector<std::string> lines_;  ///< A ring; its strings keep their memory.
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    std::size_t lost_ = 0;  ///< That no line has reported.
    bool writing_ = false;
    std::condition_variable_any has_lines_;
    std::condition_variable_any all_written_;
    std::jthread thread_;
};

}  // namespace consularia::cli
