#include "node/table_report.hpp"

#include <optional>
#include <spdlog/spdlog.h>

namespace consularia::node {

TableReport::Listener TableReport::of_ledger() {
    return [this](const infra::rocks::CheckOptions::Report& report) {
        take("ledger", report);
        if (report.damage.empty()) return;
        auto why = "the ledger is damaged: " + report.damage.front();
        if (const auto others = report.damage.size() - 1; others > 0) {
            why += ", and " + std::to_string(others) + " more";
        }
        health_.fails(
            {std::nullopt, ledger::Part::tables},
            why + ": nothing is written any more; restore it from a backup"
        );
    };
}

TableReport::Listener TableReport::of_journal() {
    return of_copy("journal");
}

TableReport::Listener TableReport::of_read_store() {
    return of_copy("read");
}

TableReport::Listener TableReport::of_copy(const char* store) {
    return [this, store](const infra::rocks::CheckOptions::Report& report) {
        take(store, report);
        for (const auto& sentence : report.damage) {
            if (!is_first(sentence)) continue;
            spdlog::error(
                "{}: reads are verified all the same; the next start makes it again", sentence
            );
        }
    };
}

void TableReport::take(const char* store, const infra::rocks::CheckOptions::Report& report) {
    const auto [sound, unchecked, damaged] = add_up(store, report);
    metrics_.table_files(store, sound, unchecked, damaged);
    if (unchecked > 0 || sound + damaged == 0 || !is_first(store)) return;
    spdlog::info("checked the table files in {}: {} are sound, {} damaged", store, sound, damaged);
}

TableReport::Sum TableReport::add_up(
    const char* store, const infra::rocks::CheckOptions::Report& report
) {
    const std::lock_guard lock(mutex_);
    auto& latest = latest_[store];
    latest[report.record] = report;
    Sum sum;
    for (const auto& [database, one] : latest) {
        sum.sound += one.sound;
        sum.unchecked += one.unchecked;
        sum.damaged += one.damage.size();
    }
    return sum;
}

bool TableReport::is_first(const std::string& sentence) {
    const std::lock_guard lock(mutex_);
    return logged_.insert(sentence).second;
}

}  // namespace consularia::node
