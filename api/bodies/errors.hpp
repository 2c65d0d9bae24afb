#pragma once
// Validation errors in the shapes of docs/api.md, Errors: sentences, per field, per item.

#include <string>
#include <variant>
#include <vector>

namespace consularia::api {

struct FieldErrors;

/// A tree: sentences for one place, errors of fields, or one entry per item ({} for a valid one).
struct Errors {
    using Sentences = std::vector<std::string>;
    using Fields = std::vector<FieldErrors>;
    using Items = std::vector<Errors>;
    std::variant<Fields, Sentences, Items> data;

    [[nodiscard]] static Errors sentence(std::string text);
    /// `{"non_field_errors": ["…"]}`
    [[nodiscard]] static Errors of_whole(std::string text);
    [[nodiscard]] static Errors of_field(std::string field, Errors errors);

    /// Whether there is no sentence anywhere.
    [[nodiscard]] bool empty() const;
    /// Adds an error under a field; does nothing if `errors` is empty. Precondition: this holds
    /// Fields.
    void add(std::string field, Errors errors);

    [[nodiscard]] std::string to_json() const;
};

struct FieldErrors {
    std::string field;
    Errors errors;
};

}  // namespace consularia::api
