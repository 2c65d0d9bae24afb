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
constexpr milliseconds kTryTakeover{500};
constexpr milliseconds kLookWhetherClosed{100};
/// The records that writers may have to wait for.
constexpr std::uint64_t kSmallGap = 256;

}  // namespace

/// A read store that is not complete yet.
class Rebuilder::Building {
  public:
    Building(const std::filesystem::path& place, const BuildContext& context)
        : place_(place),
          context_(context),
          store_(open_read_store(place, context.settings)),
          projector_(*store_, context.journal, context.inputs, build_options(context.settings)) {}

    /// What another version began may hold what that could not apply. Returns false if it was
    /// stopped before.
    [[nodiscard]] bool thaw(StartProgress& progress, const std::stop_token& stop) {
        return node::thaw(
            *store_,
            context_.journal,
            context_.inputs,
            build_options(context_.settings),
            progress,
            [&stop] { return stop.stop_requested(); }
        );
    }

    /// Until little of the journal is left. Returns false if it was stopped before.
    [[nodiscard]] bool approach(const std::stop_token& stop) {
        // At the bounded rate, as long as that leads closer to the end.
        for (auto before = gap(); before > kSmallGap; before = gap()) {
            if (!apply_past(stop)) return false;
            if (gap() > before / 2) break;
        }
        store_->flush();
        while (gap() > kSmallGap) {
            if (stop.stop_requested()) return false;
            catch_up_all();
        }
        return !stop.stop_requested();
    }

    /// Applies what is left. Returns whether the store then is what the serving one is.
    [[nodiscard]] bool complete(const tables::Reader& serving) {
        while (gap() > 0) catch_up_all();
        const auto built = store_->snapshot();
        return reaches(*built, serving, context_.journal) &&
               reaches(serving, *built, context_.journal);
    }

    [[nodiscard]] StartProgress::Measure done() const {
        return node::measure(projector_, context_.journal);
    }

    [[nodiscard]] const std::shared_ptr<tables::Store>& store() const { return store_; }

  private:
    [[nodiscard]] std::uint64_t gap() const {
        const auto now = done();
        return now.total - now.done;
    }

    void catch_up_all() {
        expect_space_to_rebuild(place_, context_.settings);
        for (ledger::Partition partition = 0; partition < partitions(); ++partition) {
            (void)projector_.catch_up(partition);
        }
    }

    /// What the journal has at the moment. Returns false if it was stopped before.
    bool apply_past(const std::stop_token& stop) {
        for (ledger::Partition partition = 0; partition < partitions(); ++partition) {
            const auto end = context_.journal.next_position(partition);
            while (projector_.next_position(partition) < end) {
                expect_space_to_rebuild(place_, context_.settings);
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
        }
        return true;
    }

    [[nodiscard]] ledger::Partition partitions() const { return context_.journal.log().partitions; }

    const std::filesystem::path place_;
    const BuildContext context_;
    std::shared_ptr<tables::Store> store_;
    projections::Projector projector_;
};

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
