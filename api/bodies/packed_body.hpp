#pragma once
// How the values of a body are stored.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api {

/// The maximum size of a text that a node can describe, and so of a body.
inline constexpr std::size_t kMaxPackedBytes = (std::size_t{1} << 29) - 1;

/// A value or a key. The contents of a list or object follow it: values, or keys and values in
/// turn.
struct Node {
    enum class Kind : std::uint32_t { null, truth, number, string, decoded_string, array, object };

    Kind kind : 3;
    /// For a text, its bytes; for a list or object, the nodes inside, at all depths.
    std::uint32_t size : 29;
    /// For a text, where it begins; for a list or object, its number of values; for a boolean, 0 or
    /// 1.
    std::uint32_t at;

    [[nodiscard]] bool is_container() const { return kind == Kind::array || kind == Kind::object; }
};

struct PackedBody {
    std::string bytes;    ///< As sent.
    std::string decoded;  ///< The decoded forms of the strings with escapes.
    std::vector<Node> nodes;

    /// Precondition: the node is a text.
    [[nodiscard]] std::string_view text_of(const Node& node) const {
        const auto& texts = node.kind == Node::Kind::decoded_string ? decoded : bytes;
        return std::string_view(texts).substr(node.at, node.size);
    }
};

static_assert(sizeof(Node) == 8);

}  // namespace consularia::api
