#include "api/pieces.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace consularia::api {

namespace {

/// Cuts the parts into pieces.
class Cutter {
  public:
    Cutter(Parts parts, std::size_t piece_bytes)
        : parts_(std::move(parts)), piece_bytes_(std::max<std::size_t>(1, piece_bytes)) {}

    [[nodiscard]] bool done() const { return part_ == parts_.count; }

    /// Empty at the end. The rest of a large part is not kept: it would take its size for each slow
    /// reader.
    std::string next() {
        std::string piece;
        while (!done() && piece.size() < piece_bytes_) append_part(piece);
        return piece;
    }

  private:
    void append_part(std::string& piece) {
        auto part = parts_.make(part_);
        const auto size = part.size();
        const auto taken = std::min(size - offset_, piece_bytes_ - piece.size());
        if (piece.empty() && taken == size) {
            piece = std::move(part);
        } else {
            // Grown in one step where doubling would waste the most.
            if (piece.size() + taken > piece_bytes_ / 4) piece.reserve(piece_bytes_);
            piece.append(part, offset_, taken);
        }
        offset_ += taken;
        if (offset_ < size) return;
        ++part_;
        offset_ = 0;
    }

    Parts parts_;
    std::size_t piece_bytes_;
    std::size_t part_ = 0;    ///< The next part to be written,
    std::size_t offset_ = 0;  ///< and how much of it was written.
};

}  // namespace

void set_body(Response& response, Parts parts, std::size_t piece_bytes) {
    Cutter cutter(std::move(parts), piece_bytes);
    response.body = cutter.next();
    if (cutter.done()) return;
    response.rest = [rest = std::make_shared<Cutter>(std::move(cutter))] { return rest->next(); };
}

}  // namespace consularia::api
