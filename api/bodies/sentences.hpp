#pragma once
// The sentences of validation errors, word for word as in Django REST framework 3.16 where it has
// one (docs/api.md, Errors).

#include <cstddef>
#include <string>
#include <string_view>

namespace consularia::api {

inline constexpr std::string_view kRequired = "This field is required.";
inline constexpr std::string_view kNull = "This field may not be null.";
inline constexpr std::string_view kBlank = "This field may not be blank.";
inline constexpr std::string_view kNotAString = "Not a valid string.";
inline constexpr std::string_view kNulCharacter = "Null characters are not allowed.";
inline constexpr std::string_view kNotAnInteger = "A valid integer is required.";
inline constexpr std::string_view kTextTooLarge = "String value too large.";
inline constexpr std::string_view kNotABoolean = "Must be a valid boolean.";
inline constexpr std::string_view kNotAUuid = "Must be a valid UUID.";
inline constexpr std::string_view kUnknownField = "Unknown field.";
inline constexpr std::string_view kEmptySelection = "This selection may not be empty.";
inline constexpr std::string_view kNoData = "No data provided";
inline constexpr std::string_view kDatetimeOutOfRange = "Datetime value out of range.";
inline constexpr std::string_view kBadDatetime =
    "Datetime has wrong format. Use one of these formats instead: "
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
inline constexpr std::string_view kNotInTheFuture = "Ensure this value lies in the future.";
inline constexpr std::string_view kNotAUrl = "Enter a valid URL.";
inline constexpr std::string_view kNotHttps = "Only https URLs are allowed.";
inline constexpr std::string_view kAddressIsNotAllowed = "This address is not allowed.";
inline constexpr std::string_view kDuplicateUniqueId =
    "A participant with this unique_id already exists in this appointment.";

[[nodiscard]] std::string too_long(std::size_t max);
[[nodiscard]] std::string too_many_items(std::size_t max);
[[nodiscard]] std::string at_least(std::size_t min);
[[nodiscard]] std::string at_most(std::size_t max);
[[nodiscard]] std::string too_many_participants();
[[nodiscard]] std::string too_many_tokens();
[[nodiscard]] std::string too_many_webhooks();
[[nodiscard]] std::string not_a_choice(std::string_view text);
[[nodiscard]] std::string not_a_list(std::string_view type);
[[nodiscard]] std::string not_a_dictionary(std::string_view type);
[[nodiscard]] std::string not_a_dictionary_of_items(std::string_view type);

}  // namespace consularia::api
