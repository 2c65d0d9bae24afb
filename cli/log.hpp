#pragma once
// The log: spdlog through its bounded asynchronous logger, to standard error.

#include "base/periodic.hpp"
#include "node/options.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <spdlog/logger.h>
#include <string>

namespace consularia::cli {

/// No caller waits for the log: while it is written slowly, the oldest lines beyond `queue_lines`
/// are lost, and a line says how many. The destructor flushes and ends the logger's thread.
class Log {
  public:
    /// `level` is one of debug, info, warning, error, off.
    explicit Log(
        const std::string& level, std::size_t queue_lines = node::ServeOptions{}.log_queue_lines
    );
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();

  private:
    void report_lost();

    /// Waits until its line is written, so that this line is never lost. Used by the thread.
    std::unique_ptr<spdlog::logger> past_queue_;
    std::size_t lost_ = 0;  ///< The number already reported.
    std::optional<Periodic> watch_;
};

}  // namespace consularia::cli
