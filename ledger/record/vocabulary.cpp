#include "ledger/record/vocabulary.hpp"

#include "domain/limits.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/record.hpp"
#include "ledger/record/record_codec.hpp"
#include "ledger/record/versions.hpp"

#include <algorithm>
#include <tuple>
#include <variant>

namespace consularia::ledger {

namespace {

using Lines = std::vector<std::string>;

void add_event_types(Lines& lines) {
    Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        for (const auto& type : Kind::event_types()) lines.emplace_back(type.name);
    });
}

template <class Enum>
void add_versions(Lines& lines) {
    for (const Enum value : kAllOf<Enum>) {
        lines.push_back(
            std::string(to_string(value)) + " since version " + std::to_string(version_with(value))
        );
    }
}

void add_limits(Lines& lines) {
    std::size_t number = 0;
    for (const auto& limit : domain::limits::kAll) {
        lines.push_back(
            "limit " + std::to_string(number++) + " is " + std::to_string(limit.stored)
        );
    }
    lines.push_back("record of " + std::to_string(kMaxRecordBytes) + " bytes");
}

}  // namespace

std::vector<std::string> vocabulary() {
    Lines lines;
    add_event_types(lines);
    std::apply([&]<class... Enums>(Enums...) { (add_versions<Enums>(lines), ...); }, Versioned{});
    add_limits(lines);
    lines.push_back("kinds of actors: " + std::to_string(std::variant_size_v<Actor>));
    lines.push_back("formats: " + std::to_string(static_cast<int>(kNewestFormat)));
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::string fingerprint_of(const std::vector<std::string>& vocabulary) {
    constexpr std::size_t kDigits = 16;
    std::string text;
    for (const auto& line : vocabulary) text += line + '\n';
    return to_hex(sha256(text)).substr(0, kDigits);
}

}  // namespace consularia::ledger
