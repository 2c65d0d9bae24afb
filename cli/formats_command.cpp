// `consularia ledger formats`.

#include "cli/formats_json.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/verification.hpp"
#include "ledger/log/format_census.hpp"
#include "node/ledger_backend.hpp"
#include "node/record_codec.hpp"

#include <iostream>
#include <string>

namespace consularia::cli {

namespace {

using ledger::FactGroup;
using ledger::Reading;

std::string times_of(const FactGroup& group) {
    if (!group.from) return "";
    return " from " + domain::format(*group.from) + " to " + domain::format(*group.to);
}

std::string place_of(const FactGroup& group) {
    return "position " + std::to_string(group.position) + " of partition " +
           std::to_string(group.partition);
}

std::string name_of(const std::string& type) {
    return type.empty() ? "that is not one of ours" : type;
}

void print_text(const Formats& formats) {
    const auto& [census, written, by_default] = formats;
    std::cout << "reads formats 1 to " << static_cast<int>(ledger::kNewestFormat)
              << ", and skips events of unknown types that are marked as skippable\n"
              << "writes format " << static_cast<int>(written)
              << (written == by_default ? ", the default" : "") << "\n";
    for (const auto& [format, group] : census.formats()) {
        std::cout << (format ? "format " + std::to_string(static_cast<int>(*format))
                             : "the same in all formats")
                  << " facts " << group.facts << times_of(group) << "\n";
    }
    for (const auto& [key, group] : census.types()) {
        const auto& [type, reading] = key;
        std::cout << "type " << name_of(type) << " " << to_string(reading) << " facts "
                  << group.facts << times_of(group);
        if (!group.why.empty()) std::cout << " first at " << place_of(group) << ": " << group.why;
        std::cout << "\n";
    }
    std::cout << census.count(Reading::known) << " facts can be read, "
              << census.count(Reading::skippable) << " are skipped, "
              << census.count(Reading::unreadable) << " freeze their organizations\n";
}

}  // namespace

void print_formats(const node::ServeOptions& options, bool json) {
    const auto backend = node::choose_ledger(options.store);
    const Log log("warning");
    Audit audit(*backend);
    const auto codec = ledger::RecordCodec::without_keys();
    ledger::FormatCensus census(codec);
    backend->for_each_record([&](ledger::Partition partition, const ledger::LogEntry& entry) {
        if (audit.take(partition, entry).fact) census.take(partition, entry);
    });
    const Formats formats{census, node::write_format(options, *backend), backend->write_format()};
    if (json) {
        std::cout << to_line(formats) << "\n";
    } else {
        print_text(formats);
    }
    finish_output();
}

}  // namespace consularia::cli
