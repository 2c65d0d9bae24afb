#include "ledger/record/hash.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace consularia::ledger {
namespace {

constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, GivesTheVectorsOfFips180) {
    EXPECT_EQ(
        to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    EXPECT_EQ(to_hex(sha256("abc")), kOfAbc);
    EXPECT_EQ(
        to_hex(sha256(std::string(1'000'000, 'a'))),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    );
}

TEST(Sha256, SeesBytesBehindNul) {
    EXPECT_NE(sha256(std::string_view("a\0b", 3)), sha256(std::string_view("a\0c", 3)));
}

TEST(Sha256, IsTheSameOnEveryThread) {
    std::vector<std::string> hashes(4);
    std::vector<std::thread> threads;
    threads.reserve(hashes.size());
    for (std::string& hash : hashes) {
        threads.emplace_back([&hash] {
            for (int i = 0; i < 1000; ++i) hash = to_hex(sha256("abc"));
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(hashes, std::vector<std::string>(4, kOfAbc));
}

TEST(HashText, ReadsWhatItPrints) {
    const Hash hash = sha256("abc");
    EXPECT_EQ(parse_hash(to_hex(hash)), hash);
    EXPECT_EQ(to_hex(Hash{}), std::string(64, '0'));
    EXPECT_EQ(parse_hash(std::string(64, '0')), Hash{});
}

TEST(HashText, RefusesEverythingElse) {
    const std::string good = kOfAbc;
    EXPECT_EQ(parse_hash(""), std::nullopt);
    EXPECT_EQ(parse_hash(good.substr(1)), std::nullopt);
    EXPECT_EQ(parse_hash(good + "0"), std::nullopt);
    for (const char wrong : {'A', 'F', 'g', ' ', '\0', 'x', '/', ':'}) {
        std::string text = good;
        text[63] = wrong;
        EXPECT_EQ(parse_hash(text), std::nullopt) << wrong;
        text = good;
        text[0] = wrong;
        EXPECT_EQ(parse_hash(text), std::nullopt) << wrong;
    }
}

}  // namespace
}  // namespace consularia::ledger
