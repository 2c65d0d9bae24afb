#pragma once
// Reads the fields of objects in request bodies.

#include "api/bodies/errors.hpp"
#include "api/bodies/fields.hpp"
#include "api/bodies/sentences.hpp"
#include "api/bodies/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::api {

[[nodiscard]] inline Errors sentence(std::string_view text) {
    return Errors::sentence(std::string(text));
}

/// The body as an object, or the error.
[[nodiscard]] Read<Object> read_object(const Value& body);

/// Reads the fields of one object and collects their errors. `read` is a function from a Value to
/// Read<T>.
class Fields {
  public:
    explicit Fields(Object object) : object_(std::move(object)) {}

    template <class Reader>
    [[nodiscard]] auto required(std::string_view name, const Reader& read) {
        if (!object_.find(name)) errors.add(std::string(name), sentence(kRequired));
        return optional(name, read);
    }

    template <class Reader>
    [[nodiscard]] auto optional(std::string_view name, const Reader& read)
        -> std::optional<typename decltype(read(std::declval<const Value&>()))::value_type> {
        const auto value = object_.find(name);
        if (!value) return std::nullopt;
        auto result = read(*value);
        if (result) return std::move(*result);
        errors.add(std::string(name), std::move(result.error()));
        return std::nullopt;
    }

    Errors errors;

  private:
    Object object_;
};

}  // namespace consularia::api
