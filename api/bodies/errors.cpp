#include "api/bodies/errors.hpp"

#include "base/check.hpp"
#include "base/json_writer.hpp"
#include "base/overloaded.hpp"

#include <algorithm>
#include <utility>

namespace consularia::api {

namespace {

void write(JsonWriter& json, const Errors& errors) {
    std::visit(
        Overloaded{
            [&](const Errors::Fields& fields) {
                json.begin_object();
                for (const auto& field : fields) {
                    json.name(field.field);
                    write(json, field.errors);
                }
                json.end_object();
            },
            [&](const Errors::Sentences& sentences) {
                json.begin_array();
                for (const auto& one : sentences) json.element(one);
                json.end_array();
            },
            [&](const Errors::Items& items) {
                json.begin_array();
                for (const auto& item : items) write(json, item);
                json.end_array();
            }},
        errors.data
    );
}

}  // namespace

Errors Errors::sentence(std::string text) {
    return {Sentences{std::move(text)}};
}

Errors Errors::of_whole(std::string text) {
    return of_field("non_field_errors", sentence(std::move(text)));
}

Errors Errors::of_field(std::string field, Errors errors) {
    Errors whole;
    whole.add(std::move(field), std::move(errors));
    return whole;
}

bool Errors::empty() const {
    return std::visit(
        Overloaded{
            [](const Fields& fields) {
                return std::all_of(fields.begin(), fields.end(), [](const auto& field) {
                    return field.errors.empty();
                });
            },
            [](const Sentences& sentences) { return sentences.empty(); },
            [](const Items& items) {
                return std::all_of(items.begin(), items.end(), [](const Errors& item) {
                    return item.empty();
                });
            }},
        data
    );
}

void Errors::add(std::string field, Errors errors) {
    if (errors.empty()) return;
    auto* fields = std::get_if<Fields>(&data);
    CHECK(fields != nullptr);
    fields->push_back({std::move(field), std::move(errors)});
}

std::string Errors::to_json() const {
    JsonWriter json;
    write(json, *this);
    return json.take();
}

}  // namespace consularia::api
