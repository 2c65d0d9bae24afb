#pragma once
// How the values of a body are kept, and how they get there.

#include "api/bodies/value.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api {

/// Bytes of a text that a node can describe; so no body is larger.
inline constexpr std::size_t kMaxPackedBytes = (std::size_t{1} << 29) - 1;

/// A value or a key. What is inside a list or object follows it: values, or keys and values in
/// turn.
struct Node {
    enum class Kind : std::uint32_t { null, truth, number, string, decoded_string, array, object };

    Kind kind : 3;
    /// Of a text its bytes; of a list or object the nodes inside, and theirs.
    std::uint32_t size : 29;
    /// Of a text where it begins; of a list or object how many values it has; of a truth 0 or 1.
    std::uint32_t at;
};

struct PackedBody {
    std::string bytes;    ///< As they came.
    std::string decoded;  ///< The strings that stand there with escapes.
    std::vector<Node> nodes;
};

/// Packs the values of one body in the order in which they stand there.
class Packer {
  public:
    /// Makes room for so many nodes. Precondition: not more than kMaxPackedBytes.
    Packer(std::string bytes, std::size_t nodes);

    [[nodiscard]] std::string_view bytes() const { return body_->bytes; }

    void null();
    void truth(bool value);
    /// Part of bytes().
    void number(std::string_view text);
    void string(std::string_view text);
    /// What was appended to decoded() since it had this size.
    void decoded_string(std::size_t begin);

    [[nodiscard]] std::string& decoded() { return body_->decoded; }

    /// Opens a list or object; what is packed until it is ended is inside.
    [[nodiscard]] std::size_t begin(Node::Kind kind);
    /// It has so many values.
    void end(std::size_t opened, std::size_t values);
    /// Of an ended object's members with one key keeps the last value, at the place of the first.
    /// O(n log n). Precondition: it is the last thing that was packed.
    void let_last_win(std::size_t opened);

    /// The whole. The packer is spent.
    [[nodiscard]] Value take();

  private:
    void add(Node::Kind kind, std::size_t size, std::size_t at);
    [[nodiscard]] std::size_t after(std::size_t node) const;

    std::shared_ptr<PackedBody> body_;
};

}  // namespace consularia::api
