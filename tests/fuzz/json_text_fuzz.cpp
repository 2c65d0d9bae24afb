// The parser of records over any bytes: it reads the same as that of earlier versions.

#include "tests/fuzz/expect.hpp"
#include "tests/support/older_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace consularia;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto difference = test::find_difference(bytes);
    fuzz::expect(!difference, difference ? difference->c_str() : "");
    return 0;
}
