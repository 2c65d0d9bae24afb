#include "app/table_report.hpp"

#include <spdlog/spdlog.h>

namespace consularia::app {

TableReport::Listener TableReport::of_ledger() {
    return [this](const infra::CheckOptions::Report& report) {
        take("ledger", "nothing is written any more; restore it from a backup", report);
        if (report.damage.empty()) return;
        const std::lock_guard lock(mutex_);
        ledger_damage_ = "The ledger is damaged: " + report.damage.front();
    };
}

TableReport::Listener TableReport::of_read_store() {
    return [this](const infra::CheckOptions::Report& report) {
        take("read", "what is read is checked all the same; the next start rebuilds it", report);
    };
}

std::optional<std::string> TableReport::ledger_damage() const {
    const std::lock_guard lock(mutex_);
    return ledger_damage_;
}

void TableReport::take(
    const char* store, const char* consequence, const infra::CheckOptions::Report& report
) {
    metrics_.table_files(store, report.sound, report.unchecked, report.damage.size());
    const std::lock_guard lock(mutex_);
    for (const auto& sentence : report.damage) {
        if (told_.insert(sentence).second) spdlog::error("{}: {}", sentence, consequence);
    }
    if (report.unchecked == 0 && told_.insert(store).second) {
        spdlog::info(
            "checked the table files in {}: {} are sound, {} damaged",
            store,
            report.sound,
            report.damage.size()
        );
    }
}

}  // namespace consularia::app
