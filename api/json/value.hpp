#pragma once
// A request body as it was read: JSON, or a form turned into the same shape.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::api {

struct Value;
struct Entry;

using Array = std::vector<Value>;
/// In the order of first appearance, without duplicate keys (the last value won).
using Object = std::vector<Entry>;

/// A JSON number as it was written.
struct Number {
    std::string text;
    [[nodiscard]] bool is_integer() const;  ///< Without fraction and exponent.
    friend bool operator==(const Number&, const Number&) = default;
};

struct Null {
    friend bool operator==(const Null&, const Null&) = default;
};

struct Value {
    std::variant<Null, bool, Number, std::string, Array, Object> data;

    [[nodiscard]] bool is_null() const { return std::holds_alternative<Null>(data); }

    [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&data); }

    [[nodiscard]] const Array* array() const { return std::get_if<Array>(&data); }

    [[nodiscard]] const Object* object() const { return std::get_if<Object>(&data); }

    friend bool operator==(const Value&, const Value&) = default;
};

struct Entry {
    std::string key;
    Value value;

    friend bool operator==(const Entry&, const Entry&) = default;
};

/// Null when the object has no such key. Linear: for the few keys that we know.
[[nodiscard]] const Value* find(const Object& object, std::string_view key);

/// The name that an error calls the value's type: dict, list, str, int, float, bool, NoneType.
[[nodiscard]] std::string_view type_name(const Value& value);

/// The value as Python's str() prints it: `x`, `5`, `5.5`, `True`, `['a']`, `{}`.
[[nodiscard]] std::string python_str(const Value& value);

/// One canonical text of the value, keys sorted: equal bodies have equal texts.
[[nodiscard]] std::string canonical_text(const Value& value);

}  // namespace consularia::api
