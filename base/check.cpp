#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace consularia {

void check_failed(const char* condition, const char* file, int line) {
    const std::string where = std::string(file) + ":" + std::to_string(line);
    std::fputs((where + ": CHECK failed: " + condition + "\n").c_str(), stderr);
    std::abort();
}

}  // namespace consularia
