#include "cli/log.hpp"

#include "cli/log_writer.hpp"

#include <memory>
#include <spdlog/logger.h>
#include <spdlog/spdlog.h>
#include <utility>

namespace consularia::cli {

Log::Log(const std::string& level, std::size_t queue_lines) {
    auto logger =
        std::make_shared<spdlog::logger>(kLoggerName, std::make_shared<LogWriter>(queue_lines));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::from_str(level));
    spdlog::set_default_logger(std::move(logger));
}

Log::~Log() {
    spdlog::shutdown();
}

}  // namespace consularia::cli
