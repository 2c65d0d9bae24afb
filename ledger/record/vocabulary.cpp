#include "ledger/record/vocabulary.hpp"

#include "domain/limits.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/record.hpp"
#include "ledger/record/record_codec.hpp"
#include "ledger/record/versions.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>
#include <variant>

namespace consularia::ledger {

namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kUpTo = " up to ";

std::string up_to(const std::string& what, std::uint64_t bound) {
    return what + std::string(kUpTo) + std::to_string(bound);
}

void add_event_types(Lines& lines) {
    Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        for (const auto& type : Kind::event_types()) lines.emplace_back(type.name);
    });
}

template <class Enum>
void add_versions(Lines& lines) {
    for (const Enum value : kAllOf<Enum>) {
        lines.push_back(
            std::string(to_string(value)) + " since version " +
            std::to_string(stored_as(value).since)
        );
    }
}

void add_limits(Lines& lines) {
    std::size_t number = 0;
    for (const auto& limit : domain::limits::kAll) {
        lines.push_back(up_to("limit " + std::to_string(number++), limit.stored));
    }
    lines.push_back(up_to("bytes of a record", kMaxRecordBytes));
}

/// A line in two parts; one without a number has no bound.
struct Line {
    std::string_view what;
    std::optional<std::uint64_t> bound;
};

Line parse(std::string_view line) {
    const auto at = line.rfind(kUpTo);
    if (at == std::string_view::npos) return {line, std::nullopt};
    const auto digits = line.substr(at + kUpTo.size());
    std::uint64_t bound = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, bound);
    if (error != std::errc() || rest != end) return {line, std::nullopt};
    return {line.substr(0, at), bound};
}

bool covers_line(std::string_view line, std::string_view other) {
    const auto ours = parse(line);
    const auto theirs = parse(other);
    return ours.what == theirs.what && ours.bound.has_value() == theirs.bound.has_value() &&
           ours.bound >= theirs.bound;
}

}  // namespace

std::vector<std::string> vocabulary() {
    Lines lines;
    add_event_types(lines);
    std::apply([&]<class... Enums>(Enums...) { (add_versions<Enums>(lines), ...); }, Versioned{});
    add_limits(lines);
    lines.emplace_back("unknown types are skipped where they are marked");
    lines.push_back(up_to("kinds of actors", std::variant_size_v<Actor>));
    lines.push_back(up_to("formats", static_cast<std::uint64_t>(kNewestFormat)));
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> vocabulary_of(const RecordCodec& codec) {
    auto lines = vocabulary();
    for (const auto& type : codec.unknown_types()) std::erase(lines, type);
    return lines;
}

std::string fingerprint_of(const std::vector<std::string>& vocabulary) {
    constexpr std::size_t kDigits = 16;
    std::string text;
    for (const auto& line : vocabulary) text += line + '\n';
    return to_hex(sha256(text)).substr(0, kDigits);
}

bool covers(const Lines& vocabulary, const Lines& other) {
    return std::ranges::all_of(other, [&](const std::string& line) {
        return std::ranges::any_of(vocabulary, [&](const std::string& ours) {
            return covers_line(ours, line);
        });
    });
}

}  // namespace consularia::ledger
