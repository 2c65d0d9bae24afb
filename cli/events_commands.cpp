#include "cli/events_commands.hpp"

#include "cli/event_line.hpp"
#include "cli/log.hpp"
#include "cli/organization_option.hpp"
#include "cli/output.hpp"
#include "cli/verification.hpp"
#include "cli/witnesses.hpp"
#include "ledger/record/readable_event.hpp"
#include "node/ledger_backend.hpp"

#include <chrono>
#include <cstddef>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::cli {

namespace {

using ledger::Partition;
using ledger::Position;

/// The pause before the log is read again.
constexpr std::chrono::milliseconds kLookEvery{500};

/// Prints the facts of a log, of which it reads a part after the other. Each part but the first
/// begins with the last record of the one before: the log must still be the same.
class EventPrinter {
  public:
    EventPrinter(const node::LedgerBackend& backend, const TailOptions& what)
        : backend_(backend),
          what_(what),
          only_(read_organization(what.organization)),
          audit_(backend),
          last_(backend.partitions()) {}

    /// What is in the log now and was not printed yet. `at_least`: how far the log must reach.
    void print_new(std::vector<Position> at_least) {
        std::vector<Position> from(last_.size(), 0);
        std::size_t expected = 0;
        for (Partition partition = 0; partition < last_.size(); ++partition) {
            if (!last_[partition]) continue;
            from[partition] = last_[partition]->position;
            at_least[partition] = from[partition] + 1;
            ++expected;
        }
        std::size_t met = 0;
        const auto take = [&](Partition partition, const ledger::LogEntry& entry) {
            auto& last = last_.at(partition);
            if (last && entry.position == last->position) {
                if (entry.value != last->value) log_has_changed();
                ++met;
                return;
            }
            print(partition, entry);
            last = entry;
        };
        backend_.for_each_record(take, at_least, from);
        finish_output();
        if (met != expected) log_has_changed();
    }

  private:
    [[noreturn]] static void log_has_changed() {
        throw std::runtime_error("The log does not have the records any more that were read of it."
        );
    }

    void print(Partition partition, const ledger::LogEntry& entry) {
        const auto taken = audit_.take(partition, entry);
        if (!taken.fact) return;
        const auto& link = *taken.value.link;
        if (only_ && link.organization != *only_) return;
        if (link.sequence <= what_.after) return;
        if (what_.json) {
            std::cout << ledger::readable_event(entry.value).json << '\n';
        } else {
            std::cout << event_line(entry.value, !only_) << '\n';
        }
    }

    const node::LedgerBackend& backend_;
    const TailOptions& what_;
    const std::optional<domain::OrganizationId> only_;
    Audit audit_;
    std::vector<std::optional<ledger::LogEntry>> last_;  ///< By partition.
};

}  // namespace

void tail_events(const node::StoreOptions& options, const TailOptions& what) {
    const auto backend = node::choose_ledger(options);
    const Log log("warning");
    EventPrinter printer(*backend, what);
    auto positions = find_witnesses(options, *backend).positions();
    printer.print_new(positions);
    while (what.follow) {
        std::this_thread::sleep_for(kLookEvery);
        printer.print_new(positions);
    }
}

}  // namespace consularia::cli
