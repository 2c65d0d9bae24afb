#include "node/start.hpp"

#include "infra/files.hpp"
#include "infra/metrics/metered_ledger.hpp"
#include "ledger/log/no_space_error.hpp"
#include "node/stores.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <utility>

namespace consularia::node {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLogEvery{5000};
/// How long requests to a starting node wait before they get the answer that it is starting.
constexpr milliseconds kQuietStart{2000};
/// Longer than the storage watch takes to notice.
constexpr milliseconds kRetryStorage{1000};

/// Fits twice into a command's deadline, so that the answer is not much later than that.
milliseconds delivery_timeout(const ServeOptions& options) {
    return options.command_deadline * 2 / 5;
}

StoreSettings settings_of(const StartContext& context) {
    auto settings = StoreSettings::of(context.options);
    for (auto* checks :
         {&settings.check_ledger, &settings.check_journal, &settings.check_read_store}) {
        checks->at_start_bytes = context.options.check_at_start_bytes;
        checks->bytes_per_s = context.options.check_bytes_per_s;
    }
    settings.on_space = [&storage = context.storage](auto available, auto needed) {
        storage.note_append(available, needed);
    };
    settings.check_ledger.on_report = context.tables.of_ledger();
    settings.check_journal.on_report = context.tables.of_journal();
    settings.check_read_store.on_report = context.tables.of_read_store();
    return settings;
}

}  // namespace

Start::Start(const StartContext& context)
    : context_(context),
      slow_from_(
          std::chrono::steady_clock::now() +
          std::min(kQuietStart, delivery_timeout(context.options))
      ) {}

Start::~Start() {
    give_up();
    if (thread_.joinable()) thread_.join();
}

void Start::begin(std::function<void()> on_ready, std::function<void()> on_failure) {
    thread_ =
        std::thread([this, on_ready = std::move(on_ready), on_failure = std::move(on_failure)] {
            run(on_ready, on_failure);
        });
}

bool Start::settled() const {
    return over_ || stopping_ || std::chrono::steady_clock::now() >= slow_from_;
}

void Start::end() {
    give_up();
    if (thread_.joinable()) thread_.join();
    if (!failure_.empty()) throw std::runtime_error(failure_);
}

void Start::run(const std::function<void()>& on_ready, const std::function<void()>& on_failure) {
    try {
        bool serves = false;
        {
            const ProgressLog log(context_.progress, kLogEvery);
            serves = open();
        }
        if (serves) {
            bool delivers = begin_delivery();
            on_ready();
            over_ = true;
            while (!delivers && !stopping_) {
                std::this_thread::sleep_for(kRetryStorage);
                delivers = begin_delivery();
            }
        }
    } catch (const std::exception& error) {
        spdlog::error("the start failed: {}", error.what());
        failure_ = error.what();
        if (!stopping_) on_failure();
    }
    over_ = true;
}

/// Returns whether the node serves; if not, it was stopped.
bool Start::open() {
    auto opened = open_data();
    if (!opened) return false;
    auto ledger = infra::meter(std::move(opened->ledger), context_.metrics);
    opened_ = *std::move(opened);
    return context_.node.start(std::move(ledger), context_.progress, opened_.is_ours);
}

/// A node whose webhooks have to wait serves all the same. Returns false if they do.
bool Start::begin_delivery() {
    if (context_.options.read_only) return true;  // The past was delivered by others.
    try {
        const auto partitions = context_.backend.partitions();
        context_.webhooks.begin(context_.dir, settings_of(context_), partitions, opened_);
        return true;
    } catch (const ledger::StorageError&) {
        return false;
    }
}

/// Waits for the space that this takes. Empty if it was stopped.
std::optional<ServedLedger> Start::open_data() {
    const auto settings = settings_of(context_);
    const Stopping stopping = [this] { return stopping_.load(); };
    const std::function<void(ReadPlaces)> on_read_store = [&](ReadPlaces places) {
        context_.rebuilder.begin(
            {context_.dir, context_.inputs, settings, context_.journal}, std::move(places)
        );
    };
    while (!stopping()) {
        try {
            infra::try_writing(context_.dir.root());
            return context_.backend.open(
                {.dir = context_.dir,
                 .inputs = context_.inputs,
                 .settings = settings,
                 .delivery_timeout = delivery_timeout(context_.options),
                 .metrics = context_.metrics,
                 .progress = context_.progress,
                 .stopping = stopping,
                 .journal_store = context_.journal_store,
                 .journal = context_.journal,
                 .read_store = context_.read_store,
                 .on_read_store = on_read_store}
            );
        } catch (const ledger::NoSpaceError& error) {
            wait_for_storage(error.what());
        }
    }
    return std::nullopt;
}

/// Until the reserve is free: the next attempt may need most of it.
void Start::wait_for_storage(const std::string& why) {
    context_.progress.begin("waiting for storage: " + why);
    spdlog::error("the start waits for storage: {}", why);
    do {
        std::this_thread::sleep_for(kRetryStorage);
    } while (!stopping_ && context_.storage.nearly_full());
}

}  // namespace consularia::node
