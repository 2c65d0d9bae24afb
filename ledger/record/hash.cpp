#include "ledger/record/hash.hpp"

#include "base/check.hpp"

#include <memory>
#include <openssl/evp.h>

namespace consularia::ledger {

namespace {

struct FreeDigest {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// Fetched once: EVP_sha256() would look up the implementation at every use.
const EVP_MD* digest_sha256() {
    static const std::unique_ptr<EVP_MD, FreeDigest> digest(EVP_MD_fetch(nullptr, "SHA256", nullptr)
    );
    return digest.get();
}

constexpr std::string_view kDigits = "0123456789abcdef";

std::optional<std::uint8_t> digit_of(char character) {
    const auto found = kDigits.find(character);
    if (found == std::string_view::npos) return std::nullopt;
    return static_cast<std::uint8_t>(found);
}

}  // namespace

Hash sha256(std::string_view bytes) {
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    Hash hash{};
    CHECK(EVP_DigestInit_ex2(context.get(), digest_sha256(), nullptr) == 1);
    CHECK(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1);
    CHECK(EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1);
    return hash;
}

std::string to_hex(const Hash& hash) {
    std::string hex;
    hex.reserve(2 * hash.size());
    for (const std::uint8_t byte : hash) {
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

std::optional<Hash> parse_hash(std::string_view hex) {
    Hash hash{};
    if (hex.size() != 2 * hash.size()) return std::nullopt;
    for (std::size_t i = 0; i < hash.size(); ++i) {
        const auto high = digit_of(hex[2 * i]);
        const auto low = digit_of(hex[2 * i + 1]);
        if (!high || !low) return std::nullopt;
        hash[i] = static_cast<std::uint8_t>(*high << 4 | *low);
    }
    return hash;
}

}  // namespace consularia::ledger
