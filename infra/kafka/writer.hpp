#pragma once
// The header that states which ledger object appended a record.

#include "ledger/log/ledger.hpp"

#include <librdkafka/rdkafka.h>

#include <string>

namespace consularia::infra::kafka {

/// Its value is a writer's number as 16 hexadecimal digits.
inline constexpr const char kWriterHeader[] = "consularia-writer";

/// A new random number.
[[nodiscard]] ledger::Writer draw_writer();

[[nodiscard]] std::string writer_header(ledger::Writer writer);

/// kNoWriter if the message has no such header, or an invalid one.
[[nodiscard]] ledger::Writer writer_of(const rd_kafka_message_t& message);

}  // namespace consularia::infra::kafka
