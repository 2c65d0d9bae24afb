#include "node/rebuilder.hpp"

#include "infra/rocks/store.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/thaw.hpp"

#include <chrono>
#include <spdlog/spdlog.h>
#include <utility>

namespace consularia::node {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kLogEvery{5000};
constexpr milliseconds kRetry{10'000};
constexpr milliseconds kLookWhetherClosed{100};
/// The records that writers may have to wait for.
constexpr std::uint64_t kSmallGap = 256;

}  // namespace

/// A read store that is not complete yet.
class Rebuilder::Building {
  public:
    Building(const std::filesystem::path& place, const BuildContext& context)
        : context_(context),
          store_(open_read_store(place, context.settings)),
          projector_(*store_, context.journal, context.inputs, options_of(context.settings)) {}

    /// What another version began may hold what that could not apply. Returns false if it was
    /// stopped before.
    [[nodiscard]] bool thaw(StartProgress& progress, const std::stop_token& stop) {
        return node::thaw(
            *store_,
            context_.journal,
            context_.inputs,
            options_of(context_.settings),
            progress,
            [&stop] { return stop.stop_requested(); }
        );
    }

    /// Until little of the journal is left. Returns false if it was stopped before.
    [[nodiscard]] bool approach(const std::stop_token& stop) {
        const auto partitions = context_.journal.log().partitions;
        for (ledger::Partition partition = 0; partition < partitions; ++partition) {
            if (!apply_past(partition, stop)) return false;
        }
        // What has been added since is applied without pauses: it must come to an end.
        while (gap() > kSmallGap) {
            for (ledger::Partition partition = 0; partition < partitions; ++partition) {
                (void)projector_.catch_up(partition);
                if (stop.stop_requested()) return false;
            }
        }
        store_->flush();
        return true;
    }

    void complete() {
        while (gap() > 0) {
            for (ledger::Partition partition = 0; partition < context_.journal.log().partitions;
                 ++partition) {
                (void)projector_.catch_up(partition);
            }
        }
    }

    [[nodiscard]] StartProgress::Measure done() const {
        return node::measure(projector_, context_.journal);
    }

    [[nodiscard]] const std::shared_ptr<tables::Store>& store() const { return store_; }

  private:
    static projections::ProjectorOptions options_of(const StoreSettings& settings) {
        projections::ProjectorOptions options;
        options.idempotency_ttl = settings.idempotency_ttl;
        return options;
    }

    [[nodiscard]] std::uint64_t gap() const {
        const auto now = done();
        return now.total - now.done;
    }

    /// What the journal has at the moment, at the bounded rate.
    bool apply_past(ledger::Partition partition, const std::stop_token& stop) {
        const auto end = context_.journal.next_position(partition);
        while (projector_.next_position(partition) < end) {
            const auto begun = Clock::now();
            const std::chrono::duration<double> due(
                static_cast<double>(projector_.catch_up(partition)) /
                static_cast<double>(context_.settings.rebuild.bytes_per_s)
            );
            const auto pause = due - (Clock::now() - begun);
            if (stopped_within(stop, std::chrono::duration_cast<Clock::duration>(pause))) {
                return false;
            }
        }
        return true;
    }

    const BuildContext context_;
    std::shared_ptr<tables::Store> store_;
    projections::Projector projector_;
};

void Rebuilder::begin(const BuildContext& context, ReadPlaces places) {
    context_.emplace(context);
    places_ = std::move(places);
    thread_.start([this](const std::stop_token& stop) { run(stop); });
}

std::optional<std::string> Rebuilder::progress() const {
    if (!building_) return std::nullopt;
    return progress_.text();
}

StartProgress::Measure Rebuilder::measure() const {
    return building_ ? progress_.measure() : StartProgress::Measure{};
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
    auto built = std::make_unique<Building>(places_.beside, *context_);
    if (!built->thaw(progress_, stop)) return;
    const StartStage stage(progress_, "rebuilding the read store", [&] { return built->done(); });
    building_ = true;
    const ProgressLog log(progress_, kLogEvery);
    std::shared_ptr<tables::Store> previous;
    while (!previous) {
        if (!built->approach(stop)) return;
        previous = take_over(*built);
    }
    spdlog::info("the rebuilt read store serves, from {} records", built->done().total);
    std::swap(places_.serving, places_.beside);
    remove_previous(std::move(previous), stop);
}

/// Returns the store that served until now; null if that has not applied everything.
std::shared_ptr<tables::Store> Rebuilder::take_over(Building& built) {
    std::shared_ptr<tables::Store> previous;
    auto& serving = node_.projector();
    serving.while_idle([&] {
        const auto [done, total] = node::measure(serving, context_->journal);
        if (done < total) return;
        built.complete();
        projections::retire(store_);
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
