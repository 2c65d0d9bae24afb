#include "api/bodies/value.hpp"

#include "api/bodies/packed_body.hpp"

#include <algorithm>

namespace consularia::api {

bool Number::is_integer() const {
    return text.find_first_of(".eE") == std::string_view::npos;
}

bool Value::is_null() const {
    return body_->nodes[at_].kind == Node::Kind::null;
}

std::optional<bool> Value::truth() const {
    const Node node = body_->nodes[at_];
    return node.kind == Node::Kind::truth ? std::optional(node.at == 1) : std::nullopt;
}

std::optional<Number> Value::number() const {
    const Node node = body_->nodes[at_];
    if (node.kind != Node::Kind::number) return std::nullopt;
    return Number{body_->text_of(node)};
}

std::optional<std::string_view> Value::string() const {
    const Node node = body_->nodes[at_];
    const bool is_string =
        node.kind == Node::Kind::string || node.kind == Node::Kind::decoded_string;
    return is_string ? std::optional(body_->text_of(node)) : std::nullopt;
}

std::optional<Array> Value::array() const {
    const bool is_array = body_->nodes[at_].kind == Node::Kind::array;
    return is_array ? std::optional(Array(*this)) : std::nullopt;
}

std::optional<Object> Value::object() const {
    const bool is_object = body_->nodes[at_].kind == Node::Kind::object;
    return is_object ? std::optional(Object(*this)) : std::nullopt;
}

Value Value::next() const {
    const Node node = body_->nodes[at_];
    return {body_, at_ + 1 + (node.is_container() ? node.size : 0)};
}

std::size_t Value::size() const {
    return body_->nodes[at_].at;
}

std::optional<Value> Object::find(std::string_view key) const {
    std::optional<Value> found;
    for_each([&](std::string_view name, const Value& value) {
        if (!found && name == key) found = value;
    });
    return found;
}

bool Object::is_sorted() const {
    bool sorted = true;
    std::string_view before;
    for_each([&](std::string_view key, const Value&) {
        sorted = sorted && before <= key;
        before = key;
    });
    return sorted;
}

std::vector<std::uint32_t> Object::sorted_keys() const {
    std::vector<std::uint32_t> keys;
    keys.reserve(size());
    Value key = whole_.inner();
    for (std::size_t left = size(); left > 0; --left) {
        keys.push_back(key.at_);
        if (left > 1) key = key.next().next();
    }
    std::sort(keys.begin(), keys.end(), [this](std::uint32_t a, std::uint32_t b) {
        return *Value(whole_.body_, a).string() < *Value(whole_.body_, b).string();
    });
    return keys;
}

Value empty_object() {
    static const Value kEmpty = [] {
        Node object{};
        object.kind = Node::Kind::object;
        auto body = std::make_shared<PackedBody>();
        body->nodes.push_back(object);
        return Value(std::move(body), 0);
    }();
    return kEmpty;
}

}  // namespace consularia::api
