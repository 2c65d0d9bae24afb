#include "ledger/record/json_reader.hpp"

namespace consularia::ledger {

JsonReader JsonReader::object(std::string_view key) const {
    const Json* found = required(key);
    if (found != nullptr && !found->is_object()) {
        complain(key, "is not an object");
        found = nullptr;
    }
    return {found, *problem_, *this, key};
}

JsonReader JsonReader::element(std::string_view key, const Json& element) const {
    if (element.is_object()) return {&element, *problem_, *this, key};
    complain(key, "has an element that is not an object");
    return {nullptr, *problem_, *this, key};
}

const Json* JsonReader::list(std::string_view key) const {
    const Json* const found = required(key);
    if (found == nullptr || found->is_array()) return found;
    complain(key, "is not a list");
    return nullptr;
}

std::optional<std::string_view> JsonReader::string(std::string_view key) const {
    const Json* const found = required(key);
    if (found == nullptr) return std::nullopt;
    const auto text = found->string();
    if (!text) complain(key, "is not a string");
    return text;
}

std::optional<std::int64_t> JsonReader::integer(std::string_view key) const {
    const Json* const found = required(key);
    if (found == nullptr) return std::nullopt;
    const auto integer = found->integer();
    if (!integer) complain(key, "is not an integer of 64 bits");
    return integer;
}

bool JsonReader::is_null(std::string_view key) const {
    const Json* const found = find(key);
    return found != nullptr && found->is_null();
}

bool JsonReader::is_true(std::string_view key) const {
    const Json* const found = find(key);
    return found != nullptr && found->is_true();
}

void JsonReader::complain(std::string_view key, std::string_view what) const {
    if (*problem_) return;
    std::string why = path_of(key);
    why += ' ';
    why += what;
    *problem_ = Unreadable{std::move(why)};
}

const Json* JsonReader::find(std::string_view key) const {
    return object_ == nullptr ? nullptr : object_->find(key);
}

const Json* JsonReader::required(std::string_view key) const {
    const Json* const found = find(key);
    if (found == nullptr && object_ != nullptr) complain(key, "is missing");
    return found;
}

std::string JsonReader::path_of(std::string_view key) const {
    std::string path;
    if (parent_ != nullptr) path = parent_->path_of(name_) + '.';
    path += key;
    return path;
}

}  // namespace consularia::ledger
