#pragma once
// How a fuzz target says that something must hold: it ends the process, and libFuzzer keeps the
// input.

#include <cstdio>
#include <cstdlib>

namespace consularia::fuzz {

inline void expect(bool holds, const char* what) {
    if (holds) return;
    std::fputs(what, stderr);
    std::fputc('\n', stderr);
    std::abort();
}

}  // namespace consularia::fuzz
