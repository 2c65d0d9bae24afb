#include "cli/output.hpp"

#include <iostream>
#include <stdexcept>

namespace consularia::cli {

void finish_output() {
    std::cout.flush();
    if (!std::cout) throw std::runtime_error("The output could not be written.");
}

}  // namespace consularia::cli
