// hash_floor LEDGER: what SHA-256 alone costs. Hashes every record of a consularia ledger with
// OpenSSL, as the product does, on one thread; reading them is not counted. Prints one line of
// JSON.

#include "infra/rocks/ledger.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <openssl/evp.h>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Free {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }

    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

void check(int result) {
    if (result != 1) std::abort();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "hash_floor LEDGER\n";
        return 2;
    }
    std::vector<std::string> values;
    consularia::infra::rocks::for_each_record(argv[1], [&](const auto& entry) {
        values.push_back(entry.value);
    });
    const std::unique_ptr<EVP_MD, Free> sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    std::array<unsigned char, 32> hash{};
    const auto begin = Clock::now();
    for (const auto& value : values) {
        check(EVP_DigestInit_ex2(context.get(), sha256.get(), nullptr));
        check(EVP_DigestUpdate(context.get(), value.data(), value.size()));
        check(EVP_DigestFinal_ex(context.get(), hash.data(), nullptr));
    }
    const std::chrono::duration<double> spent = Clock::now() - begin;
    std::cout << "{\"records\":" << values.size() << ",\"seconds\":" << spent.count() << "}\n";
}
