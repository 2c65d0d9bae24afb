#pragma once
// The record codec that tests share, and short ways to use it.

#include "ledger/record/record_codec.hpp"

#include <string>
#include <string_view>

namespace consularia::samples {

[[nodiscard]] inline const ledger::RecordCodec& codec() {
    static const ledger::RecordCodec codec;
    return codec;
}

}  // namespace consularia::samples

namespace consularia::ledger {

[[nodiscard]] inline std::string encode(const Record& record) {
    return samples::codec().encode(record);
}

[[nodiscard]] inline tl::expected<Record, Unreadable> decode(std::string_view value) {
    return samples::codec().decode(value);
}

}  // namespace consularia::ledger
