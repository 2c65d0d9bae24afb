#include "node/health_log.hpp"

#include <chrono>
#include <cstdint>
#include <ratio>
#include <spdlog/spdlog.h>
#include <string>

namespace consularia::node {

namespace {

constexpr std::chrono::milliseconds kEvery{250};

std::string in_seconds(ledger::Clock::Steady::duration duration) {
    const auto tenths =
        std::chrono::duration_cast<std::chrono::duration<std::int64_t, std::deci>>(duration);
    return std::to_string(tenths.count() / 10) + "." + std::to_string(tenths.count() % 10) + " s";
}

void log(const ledger::News& news) {
    using Kind = ledger::News::Kind;
    const auto component = to_words(news.trouble.component);
    const auto lasted = in_seconds(news.lasted);
    switch (news.kind) {
        case Kind::begins:
            return spdlog::error("{}: failing: {}", component, news.trouble.why);
        case Kind::lasts:
            return spdlog::error("{}: failing for {}: {}", component, lasted, news.trouble.why);
        case Kind::over:
            return spdlog::warn("{}: fine again, after failing for {}", component, lasted);
        case Kind::forgotten:
            return spdlog::warn(
                "{}: not seen to fail again, after failing for {}", component, lasted
            );
    }
}

}  // namespace

HealthLog::HealthLog(ledger::Health& health)
    : health_(health), thread_(kEvery, [this] { look(); }) {}

HealthLog::~HealthLog() {
    thread_.stop();
    look();
}

void HealthLog::look() {
    for (const ledger::News& news : health_.news()) log(news);
}

}  // namespace consularia::node
