// The record codec over any bytes: a record that was read can be written and read again.

#include "tests/fuzz/expect.hpp"
#include "tests/support/record_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace consularia;
    const auto record = ledger::decode(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!record) {
        fuzz::expect(!record.error().why.empty(), "a refusal says why");
        return 0;
    }
    const std::string written = ledger::encode(*record);
    const auto again = ledger::decode(written);
    fuzz::expect(again && *again == *record, "a record is what its bytes say");
    fuzz::expect(ledger::encode(*again) == written, "a record has one form");
    return 0;
}
