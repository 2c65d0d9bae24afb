#pragma once
// Packs the values of a body while it is read.

#include "api/bodies/packed_body.hpp"
#include "api/bodies/value.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace consularia::api {

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
