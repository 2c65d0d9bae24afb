#include "ledger/record/hash.hpp"

#include "base/check.hpp"
#include "base/hex.hpp"

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
    return consularia::to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::optional<Hash> parse_hash(std::string_view hex) {
    Hash hash{};
    if (hex.size() != 2 * hash.size() || has_upper_case(hex)) return std::nullopt;
    for (std::size_t i = 0; i < hash.size(); ++i) {
        const auto byte = hex_value(hex[2 * i], hex[2 * i + 1]);
        if (!byte) return std::nullopt;
        hash[i] = *byte;
    }
    return hash;
}

}  // namespace consularia::ledger
