#pragma once
// The hash by which Kafka's clients distribute keys over partitions.

#include <cstdint>
#include <string_view>

namespace consularia::ledger {

/// MurmurHash2, 32 bits, with the seed of org.apache.kafka.common.utils.Utils.murmur2, whose signed
/// result has the same bits.
[[nodiscard]] std::uint32_t murmur2(std::string_view bytes);

}  // namespace consularia::ledger
