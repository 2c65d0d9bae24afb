#pragma once
// Bodies that are written piece by piece, so that a large answer is never in memory as a whole.

#include "api/response.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace consularia::api {

/// A body as a sequence of parts. `make` returns the part at an index, always the same: a part that
/// does not fit into a piece is made again for the next.
struct Parts {
    std::size_t count = 0;
    std::function<std::string(std::size_t index)> make;
};

/// Sets the response's body: at once if it is not longer than a piece, otherwise in pieces that are
/// made on demand.
void set_body(Response& response, Parts parts, std::size_t piece_bytes);

}  // namespace consularia::api
