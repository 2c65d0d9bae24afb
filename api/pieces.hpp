#pragma once
// Bodies that are written piece by piece, so that a large answer is never in memory as a whole.

#include "api/response.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace consularia::api {

/// A body as a row of parts. `make` gives the part of that index, the same whenever it is asked:
/// one that does not fit into a piece is made again for the next.
struct Parts {
    std::size_t count = 0;
    std::function<std::string(std::size_t index)> make;
};

/// Gives the response this body: at once when it is not longer than a piece, else in pieces that
/// are made when they are wanted.
void set_body(Response& response, Parts parts, std::size_t piece_bytes);

}  // namespace consularia::api
