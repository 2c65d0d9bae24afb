#include "infra/kafka/writer.hpp"

#include "base/hex.hpp"
#include "infra/crypto/crypto.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace consularia::infra::kafka {
namespace {

constexpr int kDigits = 16;
constexpr int kBase = 16;

}  // namespace

ledger::Writer draw_writer() {
    std::array<std::uint8_t, sizeof(ledger::Writer)> bytes{};
    ledger::Writer writer = ledger::kNoWriter;
    while (writer == ledger::kNoWriter) {
        fill_random(bytes);
        std::memcpy(&writer, bytes.data(), bytes.size());
    }
    return writer;
}

std::string writer_header(ledger::Writer writer) {
    std::string digits;
    append_hex(digits, writer, kDigits);
    return digits;
}

ledger::Writer writer_of(const rd_kafka_message_t& message) {
    rd_kafka_headers_t* headers = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, kWriterHeader, &value, &size) !=
            RD_KAFKA_RESP_ERR_NO_ERROR ||
        value == nullptr || size != kDigits) {
        return ledger::kNoWriter;
    }
    const auto* digits = static_cast<const char*>(value);
    ledger::Writer writer = ledger::kNoWriter;
    const auto read = std::from_chars(digits, digits + size, writer, kBase);
    return read.ec == std::errc() && read.ptr == digits + size ? writer : ledger::kNoWriter;
}

}  // namespace consularia::infra::kafka
