#pragma once
// The log: spdlog, to standard error, by cli/log_writer.hpp.

#include "node/options.hpp"

#include <cstddef>
#include <string>

namespace consularia::cli {

/// No caller waits for the log: while it is written slowly, the oldest lines beyond `queue_lines`
/// are lost, and a line says how many. The destructor writes what is left and ends the log's
/// thread.
class Log {
  public:
    /// `level` is one of debug, info, warning, error, off.
    explicit Log(
        const std::string& level, std::size_t queue_lines = node::ServeOptions{}.log_queue_lines
    );
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();
};

}  // namespace consularia::cli
