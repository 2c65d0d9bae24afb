#pragma once
// Tables of single fields: the JSON of a value, and the result of reading it.

#include "api/bodies/fields.hpp"
#include "tests/unit/api/bodies.hpp"

#include <string>
#include <vector>

namespace consularia::api::field_tests {

inline const std::string kNull = R"(["This field may not be null."])";
inline const std::string kNotAString = R"(["Not a valid string."])";
inline const std::string kBlank = R"(["This field may not be blank."])";
inline const std::string kLong255 = R"(["Ensure this field has no more than 255 characters."])";
inline const std::string kLong60 = R"(["Ensure this field has no more than 60 characters."])";
inline const std::string kNul = R"(["Null characters are not allowed."])";
inline const std::string kNotAnInteger = R"(["A valid integer is required."])";
inline const std::string kTooSmall = R"(["Ensure this value is greater than or equal to 15."])";
inline const std::string kTooLarge = R"(["Ensure this value is less than or equal to 720."])";
inline const std::string kNotABoolean = R"(["Must be a valid boolean."])";
inline const std::string kNotAUuid = R"(["Must be a valid UUID."])";
inline const std::string kOutOfRange = R"(["Datetime value out of range."])";
inline const std::string kBadDatetime =
    R"(["Datetime has wrong format. Use one of these formats instead: )"
    R"(YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."])";

struct Row {
    std::string json;
    std::string expected;
};

inline std::string in_quotes(std::string_view text) {
    return '"' + std::string(text) + '"';
}

/// The reader's error for the value, or the value as `show` prints it.
template <class T, class Show>
std::string outcome(Read<T> (*read)(const Value&), const std::string& text, Show show) {
    const auto result = read(json(text));
    return result ? show(*result) : result.error().to_json();
}

template <class T, class Show>
void expect(Read<T> (*read)(const Value&), const std::vector<Row>& rows, Show show) {
    for (const auto& [text, expected] : rows) {
        EXPECT_EQ(outcome(read, text, show), expected) << text.substr(0, 100);
    }
}

/// The same for all of these values.
template <class T, class Show>
void expect_all(
    Read<T> (*read)(const Value&),
    const std::vector<std::string>& texts,
    const std::string& expected,
    Show show
) {
    for (const auto& text : texts) expect(read, {{text, expected}}, show);
}

inline const auto kText = [](const auto& text) { return text.value(); };
inline const auto kMinutes = [](const auto& duration) {
    return std::to_string(duration.minutes());
};
inline const auto kMoment = [](const auto& moment) { return domain::format(moment); };
inline const auto kRole = [](const auto& role) { return std::string(domain::to_string(role)); };
inline const auto kId = [](const auto& id) { return id.to_string(); };
inline const auto kScopes = [](const auto& scopes) { return std::to_string(scopes.bits); };
inline const auto kConfig = [](const auto& config) {
    std::string out;
    for (const auto& [feature, enabled] : config.entries()) {
        out += std::string(domain::to_string(feature)) + (enabled ? "=1 " : "=0 ");
    }
    return out;
};

}  // namespace consularia::api::field_tests
