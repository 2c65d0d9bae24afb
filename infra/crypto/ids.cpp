#include "infra/crypto/ids.hpp"

#include "infra/crypto/crypto.hpp"

#include <algorithm>
#include <span>

namespace consularia::infra {
namespace {

constexpr int kCounterBits = 42;
constexpr int kCounterBitsInB = 30;
constexpr std::uint64_t kCounterEnd = 1ULL << kCounterBits;
constexpr int kTailBits = 32;

void put_big_endian(std::span<std::uint8_t> to, std::uint64_t value) {
    for (std::size_t i = to.size(); i-- > 0; value >>= 8) {
        to[i] = static_cast<std::uint8_t>(value & 0xff);
    }
}

}  // namespace

domain::UuidBytes random_uuid() {
    domain::UuidBytes bytes{};
    fill_random(bytes);
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    return bytes;
}

std::string random_secret() {
    std::array<std::uint8_t, 24> bytes{};
    fill_random(bytes);
    return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Precondition: the mutex is held.
std::uint64_t IdSource::random_bits(int bits) {
    constexpr std::size_t kBytes = sizeof(std::uint64_t);
    if (random_.size() - random_used_ < kBytes) {
        fill_random(random_);
        random_used_ = 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < kBytes; ++i) value = value << 8 | random_[random_used_++];
    return value >> (64 - bits);
}

domain::UuidBytes IdSource::next() {
    const auto now = static_cast<std::uint64_t>(
        std::max<std::int64_t>(clock_.now().time_since_epoch().count(), 0)
    );
    const std::lock_guard lock(mutex_);
    const std::uint64_t tail = random_bits(kTailBits);
    if (now / 1000 > millis_) {
        millis_ = now / 1000;
        counter_ = random_bits(kCounterBits - 1);  // leaves half of the range for counting
    } else if (++counter_ == kCounterEnd) {
        ++millis_;
        counter_ = 0;
    }
    const std::uint64_t upper = counter_ >> kCounterBitsInB;
    const std::uint64_t lower = counter_ & ((1ULL << kCounterBitsInB) - 1);
    domain::UuidBytes bytes{};
    const std::span<std::uint8_t> all(bytes);
    put_big_endian(all.subspan(0, 6), millis_);
    put_big_endian(all.subspan(6, 2), 0x7000 | upper);
    put_big_endian(all.subspan(8), 2ULL << 62 | lower << kTailBits | tail);
    return bytes;
}

}  // namespace consularia::infra
