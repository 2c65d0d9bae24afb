#pragma once

// CHECK: a condition that only a bug in our code can violate. Aborts in every build type.

namespace consularia {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace consularia

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) consularia::check_failed(#condition, __FILE__, __LINE__); \
    } while (false)
