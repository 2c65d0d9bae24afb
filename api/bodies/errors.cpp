#include "api/bodies/errors.hpp"

#include "base/check.hpp"
#include "base/overloaded.hpp"
#include "projections/render_json.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

void append_json(std::string& out, const Errors& errors);

void append_json(std::string& out, const Errors::Fields& fields) {
    out += '{';
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) out += ',';
        out += projections::quote_json(fields[i].field);
        out += ':';
        append_json(out, fields[i].errors);
    }
    out += '}';
}

void append_json(std::string& out, const Errors::Sentences& sentences) {
    out += '[';
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        if (i > 0) out += ',';
        out += projections::quote_json(sentences[i]);
    }
    out += ']';
}

void append_json(std::string& out, const Errors::Items& items) {
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += ',';
        append_json(out, items[i]);
    }
    out += ']';
}

void append_json(std::string& out, const Errors& errors) {
    std::visit([&](const auto& data) { append_json(out, data); }, errors.data);
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
    std::string out;
    append_json(out, *this);
    return out;
}

}  // namespace consularia::api
