#include "cli/log.hpp"

#include <chrono>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace consularia::cli {

namespace {

constexpr std::size_t kThreads = 1;
constexpr std::chrono::milliseconds kReportLostEvery{1000};

}  // namespace

Log::Log(const std::string& level, std::size_t queue_lines) {
    spdlog::init_thread_pool(queue_lines, kThreads);
    const auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto logger = std::make_shared<spdlog::async_logger>(
        "consularia", sink, spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest
    );
    past_queue_ = std::make_unique<spdlog::logger>("consularia", sink);
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::from_str(level));
    logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
    watch_.emplace(kReportLostEvery, [this] { report_lost(); });
}

Log::~Log() {
    watch_->stop();
    report_lost();
    spdlog::shutdown();
}

void Log::report_lost() {
    const std::size_t lost = spdlog::thread_pool()->overrun_counter();
    if (lost == lost_) return;
    past_queue_->warn("the log is written too slowly: {} lines were lost", lost - lost_);
    lost_ = lost;
}

}  // namespace consularia::cli
