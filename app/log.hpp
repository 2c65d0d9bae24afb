#pragma once
// The log: spdlog through its bounded asynchronous logger, to standard error.

#include "api/http/server.hpp"

#include <string>

namespace consularia::app {

/// Flushes and ends the logger's thread when it goes.
class Log {
  public:
    /// One of debug, info, warning, error, off.
    explicit Log(const std::string& level);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();
};

/// One line for one request, at info.
void log_request(const api::http::RequestLine& line);

}  // namespace consularia::app
