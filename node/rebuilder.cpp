#include "node/rebuilder.hpp"

#include "infra/rocks/store.hpp"
#include "node/building.hpp"

#include <chrono>
#include <spdlog/spdlog.h>
#include <utility>

namespace consularia::node {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLogEvery{5000};
constexpr milliseconds kRetry{10'000};
constexpr milliseconds kTryTakeover{500};
constexpr milliseconds kLookWhetherClosed{100};

}  // namespace

void Rebuilder::begin(const BuildContext& context, ReadPlaces places) {
    settings_ = context.settings;
    context_.emplace(BuildContext{context.dir, context.inputs, settings_, context.journal});
    places_ = std::move(places);
    thread_.start([this](const std::stop_token& stop) { run(stop); });
}

std::optional<std::string> Rebuilder::progress() const {
    if (!building_) return std::nullopt;
    return progress_.text();
}

StartProgress::Estimate Rebuilder::estimate() const {
    return building_ ? progress_.estimate() : StartProgress::Estimate{};
}

void Rebuilder::run(const std::stop_token& stop) {
    milliseconds pause{0};
    while (!stopped_within(stop, pause)) {
        pause = context_->settings.rebuild.look_every;
        try {
            if (std::filesystem::exists(places_.beside)) build(stop);
        } catch (const std::exception& error) {
            spdlog::error("the read store cannot be rebuilt: {}", error.what());
            pause = kRetry;
        }
        building_ = false;
    }
}

void Rebuilder::build(const std::stop_token& stop) {
    clear_for_rebuild(places_.beside, *context_);
    Building built(places_.beside, *context_);
    if (!built.thaw(progress_, stop)) return;
    const StartStage stage(progress_, "rebuilding the read store", [&] { return built.done(); });
    building_ = true;
    const ProgressLog log(progress_, kLogEvery);
    std::shared_ptr<tables::Store> previous;
    do {
        if (!built.approach(stop)) return;
        previous = take_over(built);
    } while (!previous && !stopped_within(stop, kTryTakeover));
    if (!previous) return;
    spdlog::info("the rebuilt read store serves, from {} records", built.done().total);
    building_ = false;
    std::swap(places_.serving, places_.beside);
    remove_previous(std::move(previous), stop);
}

/// Returns the store that served until now; null if it is not time yet.
std::shared_ptr<tables::Store> Rebuilder::take_over(Building& built) {
    std::shared_ptr<tables::Store> previous;
    if (!node_.serves()) return previous;
    node_.projector().while_idle([&] {
        if (!built.complete(*store_.snapshot())) return;
        projections::retire(store_);
        store_.flush();
        previous = store_.replace(built.store());
    });
    return previous;
}

/// Readers may still use its files. What is left when this is stopped, the next start removes.
void Rebuilder::remove_previous(
    std::shared_ptr<tables::Store> previous, const std::stop_token& stop
) {
    while (previous.use_count() > 1) {
        if (stopped_within(stop, milliseconds(1))) return;
    }
    previous.reset();
    while (!infra::rocks::remove_store(places_.beside)) {
        if (stopped_within(stop, kLookWhetherClosed)) return;
    }
}

}  // namespace consularia::node
