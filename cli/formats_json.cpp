#include "cli/formats_json.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace consularia::cli {

namespace {

using Json = nlohmann::ordered_json;
using ledger::FactGroup;

Json json_of(const FactGroup& group) {
    const auto time = [](const std::optional<domain::Timestamp>& moment) {
        return moment ? Json(domain::format(*moment)) : Json(nullptr);
    };
    return {
        {"facts", group.facts},
        {"from", time(group.from)},
        {"to", time(group.to)},
        {"partition", group.partition},
        {"position", group.position}};
}

}  // namespace

std::string to_line(const Formats& formats) {
    const auto& [census, written, by_default] = formats;
    Json reads = Json::array();
    for (int format = 1; format <= static_cast<int>(ledger::kNewestFormat); ++format) {
        reads.push_back(format);
    }
    Json by_format = Json::array();
    for (const auto& [format, group] : census.formats()) {
        by_format.push_back({{"format", format ? Json(static_cast<int>(*format)) : Json(nullptr)}});
        by_format.back().update(json_of(group));
    }
    Json types = Json::array();
    for (const auto& [key, group] : census.types()) {
        const auto& [type, reading] = key;
        types.push_back({{"type", type.empty() ? Json(nullptr) : Json(type)}});
        types.back()["reading"] = to_string(reading);
        types.back().update(json_of(group));
        if (!group.why.empty()) types.back()["why"] = group.why;
    }
    const Json all{
        {"reads", reads},
        {"writes", static_cast<int>(written)},
        {"writes_by_default", static_cast<int>(by_default)},
        {"formats", by_format},
        {"types", types}};
    return all.dump();
}

}  // namespace consularia::cli
