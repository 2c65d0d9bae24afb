// Hashes that are computed together are those that are computed alone.

#include "ledger/record/hash_batch.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

namespace consularia::ledger {
namespace {

std::string text_of(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i * 7 + size);
    return text;
}

void expect_as_alone(const std::vector<std::string>& texts) {
    std::vector<Hash> hashes(texts.size());
    HashBatch batch;
    for (std::size_t i = 0; i < texts.size(); ++i) batch.add(texts[i], hashes[i]);
    batch.finish();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        EXPECT_EQ(to_hex(hashes[i]), to_hex(sha256(texts[i]))) << texts[i].size() << " bytes";
    }
}

TEST(HashBatch, HashesTextsOfAllLengths) {
    std::vector<std::string> texts;
    for (std::size_t size = 0; size < 1200; ++size) texts.push_back(text_of(size));
    expect_as_alone(texts);
    expect_as_alone({texts.rbegin(), texts.rend()});
}

TEST(HashBatch, HashesTextsThatTheLibraryDoesNotTake) {
    std::vector<std::string> texts;
    for (const std::size_t size : {65'533, 65'534, 65'535, 65'536, 65'537, 1'000'000, 3, 0}) {
        texts.push_back(text_of(size));
    }
    expect_as_alone(texts);
}

TEST(HashBatch, MayHaveNothingOrOneToHash) {
    expect_as_alone({});
    expect_as_alone({"abc"});
}

TEST(HashBatch, GoesOnAfterItWasFinished) {
    const std::string text = "abc";
    std::vector<Hash> hashes(3);
    HashBatch batch;
    for (auto& hash : hashes) {
        batch.add(text, hash);
        batch.finish();
        batch.finish();
    }
    EXPECT_EQ(hashes, std::vector<Hash>(3, sha256(text)));
}

TEST(HashBatch, IsFinishedAtItsEnd) {
    Hash hash{};
    {
        HashBatch batch;
        batch.add("abc", hash);
    }
    EXPECT_EQ(hash, sha256("abc"));
}

TEST(HashBatch, SharesNothingWithThoseOfOtherThreads) {
    std::vector<std::string> texts;
    for (std::size_t size = 0; size < 300; ++size) texts.push_back(text_of(size));
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&texts] {
            for (int round = 0; round < 10; ++round) expect_as_alone(texts);
        });
    }
}

}  // namespace
}  // namespace consularia::ledger
