#pragma once
// How the values of a body are stored, and how they are packed.

#include "api/bodies/value.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
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
};

struct PackedBody {
    std::string bytes;    ///< As sent.
    std::string decoded;  ///< The decoded forms of the strings with escapes.
    std::vector<Node> nodes;
};

/// Packs the values of one body in their order.
class Packer {
  public:
    /// Reserves room for this many nodes. Precondition: not more than kMaxPackedBytes.
    Packer(std::string bytes, std::size_t nodes);

    [[nodiscard]] std::string_view bytes() const { return body_->bytes; }

    void null();
    void truth(bool value);
    /// `text` is a part of bytes().
    void number(std::string_view text);
    void string(std::string_view text);
    /// The text that was appended to decoded() since it had this size.
    void decoded_string(std::size_t begin);

    [[nodiscard]] std::string& decoded() { return body_->decoded; }

    /// Opens a list or object; everything packed until its end() is inside.
    [[nodiscard]] std::size_t begin(Node::Kind kind);
    /// Closes it; it has this many values.
    void end(std::size_t opened, std::size_t values);
    /// For each key of a closed object keeps the last value, at the place of the first. O(n log n).
    /// Precondition: the object was packed last.
    void let_last_win(std::size_t opened);

    /// The whole body. The packer must not be used afterwards.
    [[nodiscard]] Value take();

  private:
    void add(Node::Kind kind, std::size_t size, std::size_t at);
    [[nodiscard]] std::size_t after(std::size_t node) const;

    std::shared_ptr<PackedBody> body_;
};

}  // namespace consularia::api
