#include "api/bodies/fields.hpp"

#include "api/bodies/header_parameters.hpp"
#include "api/bodies/python_text.hpp"
#include "api/bodies/sentences.hpp"
#include "api/bodies/value_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::api {

namespace {

constexpr std::size_t kMaxIntegerText = 1000;  ///< Code points, as in Django REST framework.

tl::unexpected<Errors> refuse(std::string sentence) {
    return tl::unexpected(Errors::sentence(std::move(sentence)));
}

tl::unexpected<Errors> refuse(std::string_view sentence) {
    return refuse(std::string(sentence));
}

template <class Text>
Read<Text> read_text(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    const bool has_text = value.string() || value.number();
    if (!has_text) return refuse(kNotAString);
    auto text = Text::accept(std::string(domain::trim(python_str(value))));
    if (text) return std::move(*text);
    switch (text.error()) {
        case domain::TextError::blank:
            return refuse(kBlank);
        case domain::TextError::too_long:
            return refuse(too_long(Text::kCodePoints.accepted));
        case domain::TextError::null_character:
            break;
    }
    return refuse(kNulCharacter);
}

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

/// Digits with an optional sign. Numbers of more than 18 digits become +-kHuge.
std::optional<std::int64_t> parse_integer(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    std::int64_t value = text.size() > 18 ? kHuge : 0;
    if (value == 0) std::from_chars(text.data(), text.data() + text.size(), value);
    return negative ? -value : value;
}

/// Also accepts surrounding blanks, and a fraction of zeros: ` 60.0 `.
std::optional<std::int64_t> parse_integer_text(std::string_view text) {
    text = domain::trim(text);
    const std::size_t zeros = text.find_last_not_of('0');
    if (zeros != std::string_view::npos && text[zeros] == '.') text = text.substr(0, zeros);
    return parse_integer(domain::trim(text));
}

std::optional<std::int64_t> to_integer(const Number& number) {
    if (number.is_integer()) return parse_integer(number.text);
    const auto value = to_double(number);
    if (!value || std::abs(*value) > 1e18) {
        return number.text.starts_with('-') ? -kHuge : kHuge;
    }
    if (std::trunc(*value) != *value) return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

/// Numbers that are too large become +-kHuge.
Read<std::int64_t> read_integer(const Value& value) {
    std::optional<std::int64_t> integer;
    if (const auto number = value.number()) integer = to_integer(*number);
    if (const auto text = value.string()) {
        if (domain::count_code_points(*text) > kMaxIntegerText) return refuse(kTextTooLarge);
        integer = parse_integer_text(*text);
    }
    if (!integer) return refuse(kNotAnInteger);
    return *integer;
}

std::optional<bool> to_bool(const Number& number) {
    const auto value = to_double(number);
    if (value == 1.0) return true;
    if (value == 0.0) return false;
    return std::nullopt;
}

constexpr std::array<std::string_view, 6> kTrue{"t", "y", "yes", "true", "on", "1"};
constexpr std::array<std::string_view, 6> kFalse{"f", "n", "no", "false", "off", "0"};

}  // namespace

std::optional<bool> parse_bool(std::string_view text) {
    if (text.size() > 5) return std::nullopt;
    const std::string word = to_lower_ascii(text);
    if (std::find(kTrue.begin(), kTrue.end(), word) != kTrue.end()) return true;
    if (std::find(kFalse.begin(), kFalse.end(), word) != kFalse.end()) return false;
    return std::nullopt;
}

namespace {

Read<bool> read_bool(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    std::optional<bool> truth = value.truth();
    if (const auto number = value.number()) truth = to_bool(*number);
    if (const auto text = value.string()) truth = parse_bool(*text);
    if (!truth) return refuse(kNotABoolean);
    return *truth;
}

}  // namespace

Read<bool> read_boolean(const Value& value) {
    return read_bool(value);
}

Read<std::uint64_t> read_sequence(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    const auto integer = read_integer(value);
    if (!integer) return tl::unexpected(integer.error());
    if (*integer < 0) return refuse(at_least(0));
    return static_cast<std::uint64_t>(*integer);
}

Read<std::string> read_word(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    if (!value.string() && !value.number()) return refuse(kNotAString);
    std::string text(domain::trim(python_str(value)));
    if (text.empty()) return refuse(kBlank);
    return text;
}

Read<domain::WebhookDescription> read_webhook_description(const Value& value) {
    return read_text<domain::WebhookDescription>(value);
}

Read<domain::Title> read_title(const Value& value) {
    return read_text<domain::Title>(value);
}

Read<domain::UniqueId> read_unique_id(const Value& value) {
    return read_text<domain::UniqueId>(value);
}

Read<domain::DisplayName> read_display_name(const Value& value) {
    return read_text<domain::DisplayName>(value);
}

Read<std::optional<domain::DisplayName>> read_display_name_or_null(const Value& value) {
    if (value.is_null()) return std::optional<domain::DisplayName>();
    return read_display_name(value).map([](domain::DisplayName name) {
        return std::optional(std::move(name));
    });
}

Read<domain::OrganizationName> read_organization_name(const Value& value) {
    return read_text<domain::OrganizationName>(value);
}

Read<domain::TokenName> read_token_name(const Value& value) {
    return read_text<domain::TokenName>(value);
}

Read<domain::Duration> read_duration(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    const auto minutes = read_integer(value);
    if (!minutes) return tl::unexpected(minutes.error());
    if (const auto duration = domain::Duration::accept_minutes(*minutes)) return *duration;
    constexpr auto shortest = domain::limits::kShortest.accepted;
    const bool is_short = std::cmp_less(*minutes, shortest);
    return refuse(is_short ? at_least(shortest) : at_most(domain::limits::kLongest.accepted));
}

Read<domain::Timestamp> read_datetime(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    const auto text = value.string();
    if (!text) return refuse(kBadDatetime);
    const auto moment = domain::parse_datetime(*text);
    if (moment) return *moment;
    const bool far_away = moment.error() == domain::DatetimeError::out_of_range;
    return refuse(far_away ? kDatetimeOutOfRange : kBadDatetime);
}

Read<domain::Role> read_role(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    const std::string text = python_str(value);
    if (const auto role = parse_name<domain::Role>(text)) return *role;
    return refuse(not_a_choice(text));
}

Read<domain::Config> read_config(const Value& value) {
    domain::Config config;
    if (value.is_null()) return config;
    const auto object = value.object();
    if (!object) return refuse(not_a_dictionary_of_items(type_name(value)));
    Errors errors;
    object->for_each([&](std::string_view key, const Value& item) {
        const auto feature = parse_name<domain::Feature>(key);
        const auto enabled = feature ? read_bool(item) : refuse(kUnknownField);
        if (enabled) {
            config.set(*feature, *enabled);
        } else {
            errors.add(std::string(key), enabled.error());
        }
    });
    if (!errors.empty()) return tl::unexpected(std::move(errors));
    return config;
}

Read<domain::ParticipantId> read_participant_id(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    const auto text = value.string();
    const auto id = text ? domain::ParticipantId::parse(*text) : std::nullopt;
    if (!id) return refuse(kNotAUuid);
    return *id;
}

Read<domain::Scopes> read_scopes(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    const auto items = value.array();
    if (!items) return refuse(not_a_list(type_name(value)));
    if (items->empty()) return refuse(kEmptySelection);
    Read<domain::Scopes> scopes;
    items->for_each([&](const Value& item) {
        if (!scopes) return;
        const std::string text = python_str(item);
        const auto scope = parse_name<domain::Scope>(text);
        if (scope) {
            scopes->add(*scope);
        } else {
            scopes = refuse(not_a_choice(text));
        }
    });
    return scopes;
}

}  // namespace consularia::api
