#include "api/bodies/value_text.hpp"

#include "api/bodies/python_text.hpp"
#include "base/json_writer.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace consularia::api {

namespace {

void append_python(std::string& out, const Value& value, bool nested);

void append_python(std::string& out, const Array& array) {
    out += '[';
    bool first = true;
    array.for_each([&](const Value& item) {
        if (!first) out += ", ";
        first = false;
        append_python(out, item, true);
    });
    out += ']';
}

void append_python(std::string& out, const Object& object) {
    out += '{';
    bool first = true;
    object.for_each([&](std::string_view key, const Value& item) {
        if (!first) out += ", ";
        first = false;
        append_python_repr(out, key);
        out += ": ";
        append_python(out, item, true);
    });
    out += '}';
}

void append_python(std::string& out, const Value& value, bool nested) {
    if (const auto truth = value.truth()) {
        out += *truth ? "True" : "False";
    } else if (const auto number = value.number()) {
        append_python_number(out, *number);
    } else if (const auto text = value.string()) {
        if (nested) {
            append_python_repr(out, *text);
        } else {
            out += *text;
        }
    } else if (const auto array = value.array()) {
        append_python(out, *array);
    } else if (const auto object = value.object()) {
        append_python(out, *object);
    } else {
        out += "None";
    }
}

/// Accepts text like a std::string, but only counts it.
class Counter {
  public:
    void operator+=(char) { ++bytes_; }

    void operator+=(std::string_view text) { bytes_ += text.size(); }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    std::size_t bytes_ = 0;
};

/// 61, 61.0 and 6.1e1 are the same number.
std::string canonical_number(const Number& number) {
    constexpr double kExact = 9007199254740992;  // 2^53: all integers up to here have a double.
    const auto value = number.is_integer() ? std::nullopt : to_double(number);
    if (value && std::abs(*value) < kExact && std::trunc(*value) == *value) {
        return std::to_string(static_cast<std::int64_t>(*value));
    }
    std::string text;
    append_python_number(text, number);
    return text;
}

/// In parts, since an escape takes up to six bytes for one.
template <class Out>
void write_quoted(Out& out, std::string_view text) {
    constexpr std::size_t kPart = 4096;
    out += '"';
    for (std::size_t at = 0; at < text.size(); at += kPart) {
        const auto quoted = quote_json(text.substr(at, kPart));
        out += std::string_view(quoted).substr(1, quoted.size() - 2);
    }
    out += '"';
}

template <class Out>
void write_canonical(Out& out, const Value& value);

template <class Out>
void write_canonical(Out& out, const Array& array) {
    out += '[';
    bool first = true;
    array.for_each([&](const Value& item) {
        if (!first) out += ',';
        first = false;
        write_canonical(out, item);
    });
    out += ']';
}

template <class Out>
void write_canonical(Out& out, const Object& object) {
    out += '{';
    bool first = true;
    object.for_each_sorted([&](std::string_view key, const Value& item) {
        if (!first) out += ',';
        first = false;
        write_quoted(out, key);
        out += ':';
        write_canonical(out, item);
    });
    out += '}';
}

template <class Out>
void write_canonical(Out& out, const Value& value) {
    if (const auto truth = value.truth()) {
        out += std::string_view(*truth ? "true" : "false");
    } else if (const auto number = value.number()) {
        out += std::string_view(canonical_number(*number));
    } else if (const auto text = value.string()) {
        write_quoted(out, *text);
    } else if (const auto array = value.array()) {
        write_canonical(out, *array);
    } else if (const auto object = value.object()) {
        write_canonical(out, *object);
    } else {
        out += std::string_view("null");
    }
}

}  // namespace

std::string_view type_name(const Value& value) {
    if (value.truth()) return "bool";
    if (const auto number = value.number()) return number->is_integer() ? "int" : "float";
    if (value.string()) return "str";
    if (value.array()) return "list";
    if (value.object()) return "dict";
    return "NoneType";
}

std::string python_str(const Value& value) {
    std::string out;
    append_python(out, value, false);
    return out;
}

void append_canonical(std::string& out, const Value& value) {
    Counter counter;
    write_canonical(counter, value);
    out.reserve(out.size() + counter.bytes());
    write_canonical(out, value);
}

std::string canonical_text(const Value& value) {
    std::string out;
    append_canonical(out, value);
    return out;
}

}  // namespace consularia::api
