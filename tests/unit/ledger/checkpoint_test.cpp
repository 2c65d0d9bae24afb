#include "ledger/log/checkpoint.hpp"

#include "ledger/log/storage_error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace consularia::ledger {
namespace {

TEST(Checkpoint, IsTextThatEveryVersionReads) {
    const Checkpoint checkpoint{"cluster x/topic", 12, {0xab}};
    const std::string text = "12 ab" + std::string(62, '0') + " cluster x/topic";
    EXPECT_EQ(encode_checkpoint(checkpoint), text);
    EXPECT_EQ(decode_checkpoint(text), checkpoint);
    EXPECT_EQ(decode_checkpoint(encode_checkpoint({})), Checkpoint{});
}

TEST(Checkpoint, OfAnotherFormIsAnErrorOfTheMachine) {
    EXPECT_THROW((void)decode_checkpoint("twelve"), StorageError);
    EXPECT_THROW((void)decode_checkpoint(""), StorageError);
    const std::string good = encode_checkpoint({"x", 1, {}});
    for (std::size_t size = 0; size + 1 < good.size(); ++size) {
        EXPECT_THROW((void)decode_checkpoint(good.substr(0, size)), StorageError);
    }
}

}  // namespace
}  // namespace consularia::ledger
