#include "app/log.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace consularia::app {

namespace {

constexpr std::size_t kQueuedLines = 8192;
constexpr std::size_t kThreads = 1;

std::string_view or_dash(std::string_view text) {
    return text.empty() ? "-" : text;
}

}  // namespace

Log::Log(const std::string& level) {
    spdlog::init_thread_pool(kQueuedLines, kThreads);
    // A log that cannot be written fast enough loses its oldest lines; requests never wait for it.
    const auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto logger = std::make_shared<spdlog::async_logger>(
        "consularia", sink, spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest
    );
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::from_str(level));
    logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
}

Log::~Log() {
    spdlog::shutdown();
}

void log_request(const api::http::RequestLine& line) {
    spdlog::info(
        "request id={} actor={} method={} route={} status={} duration_us={}",
        line.request_id,
        or_dash(line.actor),
        or_dash(line.method),
        or_dash(line.route),
        line.status,
        line.duration.count()
    );
}

}  // namespace consularia::app
