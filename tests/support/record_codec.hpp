#pragma once
// The record codec that tests share, and short ways to use it.

#include "base/enum_names.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/record_codec.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::samples {

/// A hash without a key takes the place of the keyed one.
[[nodiscard]] inline const ledger::RecordCodec& codec(
    ledger::WriteFormat format = ledger::kNewestFormat
) {
    using ledger::WriteFormat;
    static const ledger::RecordCodec verbatim({WriteFormat::verbatim, ledger::sha256});
    static const ledger::RecordCodec keyed({WriteFormat::keyed, ledger::sha256});
    static const ledger::RecordCodec marked({WriteFormat::marked, ledger::sha256});
    switch (format) {
        case WriteFormat::verbatim:
            return verbatim;
        case WriteFormat::keyed:
            return keyed;
        case WriteFormat::marked:
            return marked;
    }
    unknown_enumerator();
}

/// The codec of an older binary, which does not know these types of events.
[[nodiscard]] inline ledger::RecordCodec codec_without(std::vector<std::string> types) {
    return ledger::RecordCodec({ledger::WriteFormat::keyed, ledger::sha256, std::move(types)});
}

}  // namespace consularia::samples

namespace consularia::ledger {

[[nodiscard]] inline std::string encode(const Record& record) {
    return samples::codec().encode(record);
}

[[nodiscard]] inline tl::expected<Record, UnknownRecord> decode(std::string_view value) {
    return samples::codec().decode(value);
}

}  // namespace consularia::ledger
