#include "api/bodies/packer.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <utility>

namespace consularia::api {

namespace {

constexpr std::uint32_t kSizeMask = kMaxPackedBytes;

std::uint32_t to_size(std::size_t size) {
    return static_cast<std::uint32_t>(size) & kSizeMask;
}

}  // namespace

Packer::Packer(std::string bytes, std::size_t nodes) : body_(std::make_shared<PackedBody>()) {
    CHECK(bytes.size() <= kMaxPackedBytes);
    body_->bytes = std::move(bytes);
    body_->nodes.reserve(nodes);
}

void Packer::add(Node::Kind kind, std::size_t size, std::size_t at) {
    Node node{};
    node.kind = kind;
    node.size = to_size(size) & kSizeMask;
    node.at = static_cast<std::uint32_t>(at);
    body_->nodes.push_back(node);
}

void Packer::null() {
    add(Node::Kind::null, 0, 0);
}

void Packer::truth(bool value) {
    add(Node::Kind::truth, 0, value ? 1 : 0);
}

void Packer::number(std::string_view text) {
    add(Node::Kind::number, text.size(), static_cast<std::size_t>(text.data() - bytes().data()));
}

void Packer::string(std::string_view text) {
    add(Node::Kind::string, text.size(), static_cast<std::size_t>(text.data() - bytes().data()));
}

void Packer::decoded_string(std::size_t begin) {
    add(Node::Kind::decoded_string, decoded().size() - begin, begin);
}

std::size_t Packer::begin(Node::Kind kind) {
    add(kind, 0, 0);
    return body_->nodes.size() - 1;
}

void Packer::end(std::size_t opened, std::size_t values) {
    auto& nodes = body_->nodes;
    nodes[opened].size = to_size(nodes.size() - opened - 1) & kSizeMask;
    nodes[opened].at = static_cast<std::uint32_t>(values);
}

std::size_t Packer::after(std::size_t node) const {
    const Node& one = body_->nodes[node];
    return node + 1 + (one.is_container() ? one.size : 0);
}

void Packer::let_last_win(std::size_t opened) {
    auto& nodes = body_->nodes;
    const std::size_t members = nodes[opened].at;
    const auto key_of = [&](std::uint32_t node) { return body_->text_of(nodes[node]); };
    std::vector<std::uint32_t> keys;
    keys.reserve(members);
    for (std::size_t at = opened + 1; at < nodes.size(); at = after(at + 1)) {
        keys.push_back(static_cast<std::uint32_t>(at));
    }
    std::sort(keys.begin(), keys.end(), [&](std::uint32_t a, std::uint32_t b) {
        const int order = key_of(a).compare(key_of(b));
        return order != 0 ? order < 0 : a < b;
    });
    const auto same_key = [&](std::uint32_t a, std::uint32_t b) { return key_of(a) == key_of(b); };
    if (std::adjacent_find(keys.begin(), keys.end(), same_key) == keys.end()) return;

    // The first key of each name, and the last, whose value counts.
    std::size_t names = 1;
    for (std::size_t i = 1; i < keys.size(); ++i) names += same_key(keys[i - 1], keys[i]) ? 0 : 1;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> winners;
    winners.reserve(names);
    for (auto first = keys.begin(); first != keys.end();) {
        const auto end = std::find_if(first, keys.end(), [&](std::uint32_t key) {
            return !same_key(*first, key);
        });
        winners.emplace_back(*first, *(end - 1));
        first = end;
    }
    keys = {};
    std::sort(winners.begin(), winners.end());
    std::vector<Node> kept;
    kept.reserve(nodes.size() - opened - 1 - 2 * (members - winners.size()));
    for (const auto& [first, last] : winners) {
        kept.push_back(nodes[first]);
        const auto value = nodes.begin() + last + 1;
        kept.insert(
            kept.end(), value, nodes.begin() + static_cast<std::ptrdiff_t>(after(last + 1))
        );
    }
    nodes.resize(opened + 1);
    nodes.insert(nodes.end(), kept.begin(), kept.end());
    end(opened, winners.size());
}

Value Packer::take() {
    // For a moment there are two copies: worth it if most of the room was not needed.
    auto& nodes = body_->nodes;
    if (nodes.capacity() >= 2 * nodes.size()) nodes.shrink_to_fit();
    return {std::move(body_), 0};
}

}  // namespace consularia::api
