#include "api/json/value.hpp"

#include "api/json/python_text.hpp"
#include "domain/overloaded.hpp"
#include "projections/render_json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <variant>

namespace consularia::api {

namespace {

void append_python(std::string& out, const Value& value, bool nested);

void append_python(std::string& out, const Array& array) {
    out += '[';
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (i > 0) out += ", ";
        append_python(out, array[i], true);
    }
    out += ']';
}

void append_python(std::string& out, const Object& object) {
    out += '{';
    for (std::size_t i = 0; i < object.size(); ++i) {
        if (i > 0) out += ", ";
        append_python_repr(out, object[i].key);
        out += ": ";
        append_python(out, object[i].value, true);
    }
    out += '}';
}

void append_python(std::string& out, const Value& value, bool nested) {
    std::visit(
        Overloaded{
            [&](Null) { out += "None"; },
            [&](bool truth) { out += truth ? "True" : "False"; },
            [&](const Number& number) { append_python_number(out, number); },
            [&](const std::string& text) {
                if (nested) {
                    append_python_repr(out, text);
                } else {
                    out += text;
                }
            },
            [&](const auto& container) { append_python(out, container); }},
        value.data
    );
}

void append_canonical(std::string& out, const Value& value);

/// 61, 61.0 and 6.1e1 are the same number.
void append_canonical(std::string& out, const Number& number) {
    constexpr double kExact = 9007199254740992;  // 2^53: all integers up to here have a double.
    const auto value = number.is_integer() ? std::nullopt : to_double(number);
    if (value && std::abs(*value) < kExact && std::trunc(*value) == *value) {
        out += std::to_string(static_cast<std::int64_t>(*value));
    } else {
        append_python_number(out, number);
    }
}

void append_canonical(std::string& out, const Array& array) {
    out += '[';
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (i > 0) out += ',';
        append_canonical(out, array[i]);
    }
    out += ']';
}

void append_canonical(std::string& out, const Object& object) {
    std::vector<const Entry*> members;
    members.reserve(object.size());
    for (const auto& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) {
        return a->key < b->key;
    });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out += ',';
        out += projections::quote_json(members[i]->key);
        out += ':';
        append_canonical(out, members[i]->value);
    }
    out += '}';
}

void append_canonical(std::string& out, const Value& value) {
    std::visit(
        Overloaded{
            [&](Null) { out += "null"; },
            [&](bool truth) { out += truth ? "true" : "false"; },
            [&](const Number& number) { append_canonical(out, number); },
            [&](const std::string& text) { out += projections::quote_json(text); },
            [&](const auto& container) { append_canonical(out, container); }},
        value.data
    );
}

}  // namespace

bool Number::is_integer() const {
    return text.find_first_of(".eE") == std::string::npos;
}

const Value* find(const Object& object, std::string_view key) {
    for (const auto& [name, value] : object) {
        if (name == key) return &value;
    }
    return nullptr;
}

std::string_view type_name(const Value& value) {
    return std::visit(
        Overloaded{
            [](Null) -> std::string_view { return "NoneType"; },
            [](bool) -> std::string_view { return "bool"; },
            [](const Number& number) -> std::string_view {
                return number.is_integer() ? "int" : "float";
            },
            [](const std::string&) -> std::string_view { return "str"; },
            [](const Array&) -> std::string_view { return "list"; },
            [](const Object&) -> std::string_view { return "dict"; }},
        value.data
    );
}

std::string python_str(const Value& value) {
    std::string out;
    append_python(out, value, false);
    return out;
}

std::string canonical_text(const Value& value) {
    std::string out;
    append_canonical(out, value);
    return out;
}

}  // namespace consularia::api
