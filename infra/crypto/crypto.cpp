#include "infra/crypto/crypto.hpp"

#include "ledger/log/storage_error.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace consularia::infra {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kPadding = '=';

template <auto kFree>
struct Free {
    template <class T>
    void operator()(T* what) const {
        kFree(what);
    }
};

using MacPointer = std::unique_ptr<EVP_MAC, Free<&EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Free<&EVP_MAC_CTX_free>>;

void require(bool worked, const char* what) {
    if (!worked) throw ledger::StorageError(std::string("OpenSSL failed: ") + what);
}

const unsigned char* unsigned_data(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// Without padding.
std::string encode(std::string_view bytes, std::string_view digits) {
    std::string text((bytes.size() * 4 + 2) / 3, '\0');
    auto digit = text.begin();
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char byte : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(byte);
        for (count += 8; count >= 6; count -= 6) *digit++ = digits[bits >> (count - 6) & 0x3f];
    }
    if (count > 0) *digit = digits[bits << (6 - count) & 0x3f];
    return text;
}

/// Without padding or stray bits.
std::optional<std::string> decode(std::string_view text, std::string_view digits) {
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char digit : text) {
        const std::size_t value = digits.find(digit);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 0xff);
        }
    }
    const bool stray_bits = (bits & ((1U << count) - 1)) != 0;
    if (count == 6 || stray_bits) return std::nullopt;
    return bytes;
}

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
    require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "RAND_bytes");
}

std::string to_base64url(std::string_view bytes) {
    return encode(bytes, kBase64Url);
}

std::optional<std::string> parse_base64url(std::string_view text) {
    return decode(text, kBase64Url);
}

std::string to_base64(std::string_view bytes) {
    auto text = encode(bytes, kBase64);
    while (text.size() % 4 != 0) text += kPadding;
    return text;
}

std::optional<std::string> parse_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && text.ends_with(kPadding); ++i) text.remove_suffix(1);
    return decode(text, kBase64);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Hmac::Hmac(std::string_view key) {
    const MacPointer algorithm(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
    require(algorithm != nullptr, "EVP_MAC_fetch");
    MacContext context(EVP_MAC_CTX_new(algorithm.get()));
    require(context != nullptr, "EVP_MAC_CTX_new");
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    // A null key would mean "no new key" to OpenSSL.
    const unsigned char* data = key.empty() ? unsigned_data("") : unsigned_data(key);
    require(EVP_MAC_init(context.get(), data, key.size(), parameters.data()) == 1, "EVP_MAC_init");
    keyed_ = std::shared_ptr<const EVP_MAC_CTX>(context.release(), [](const EVP_MAC_CTX* held) {
        EVP_MAC_CTX_free(const_cast<EVP_MAC_CTX*>(held));
    });
}

Hmac::Mac Hmac::operator()(std::string_view message) const {
    const MacContext context(EVP_MAC_CTX_dup(keyed_.get()));
    require(context != nullptr, "EVP_MAC_CTX_dup");
    require(
        EVP_MAC_update(context.get(), unsigned_data(message), message.size()) == 1, "EVP_MAC_update"
    );
    Mac mac{};
    std::size_t size = 0;
    require(
        EVP_MAC_final(context.get(), mac.data(), &size, mac.size()) == 1 && size == mac.size(),
        "EVP_MAC_final"
    );
    return mac;
}

}  // namespace consularia::infra
