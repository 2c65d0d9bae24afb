#include "cli/serve.hpp"

#include "cli/log.hpp"
#include "cli/signals.hpp"
#include "cli/stop_limit.hpp"
#include "infra/time_slices.hpp"
#include "node/application.hpp"

#include <chrono>
#include <iostream>
#include <optional>
#include <spdlog/spdlog.h>

namespace consularia::cli {

namespace {

/// How long stopping may take after open requests have used up their own time: half of it is for
/// the posts of webhooks.
constexpr std::chrono::milliseconds kStopReserve{1000};

/// After all log lines about the start.
void announce(const std::string& origin) {
    spdlog::default_logger()->flush();
    std::cout << "consularia is ready on " << origin << std::endl;
}

}  // namespace

void serve(const node::ServeOptions& options) {
    Signals signals;
    const bool short_slices = infra::request_short_time_slices();  // for all later threads
    const Log log(options.log_level, options.log_queue_lines);
    if (!short_slices) spdlog::debug("this kernel grants no short time slices");
    std::optional<StopLimit> stop_limit;  // Until the application is destroyed.
    node::Application application(
        options, {.on_ready = announce, .on_failure = Signals::interrupt}
    );
    application.start();
    signals.wait();
    stop_limit.emplace(options.http.drain_delay + options.http.drain_timeout + kStopReserve);
    application.stop();
}

}  // namespace consularia::cli
