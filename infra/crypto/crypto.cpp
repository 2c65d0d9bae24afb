#include "infra/crypto/crypto.hpp"

#include "ledger/log/storage_error.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace consularia::infra {
namespace {

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

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
    require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "RAND_bytes");
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
