// Bytes from the log may be anything: reading them returns, its errors contain nothing personal,
// and it never accepts what the acceptance rule would not. Runs under asan, too.

#include "ledger/record/parsed_value.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/unit/ledger/golden_records.hpp"
#include "tests/unit/ledger/mutator.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace consularia::ledger {
namespace {

constexpr int kRounds = 100'000;

bool tells_personal_data(std::string_view why) {
    for (const std::string_view secret :
         {"Ada",
          "Countess",
          "Lovelace",
          "ada@",
          "grace-",
          "Hopper",
          "zo\u00eb",
          "Passport",
          "Visa",
          "M\u00fcller"}) {
        if (why.find(secret) != std::string_view::npos) return true;
    }
    return false;
}

TEST(CodecFuzz, ReadingAnyBytesReturns) {
    Mutator mutator(golden_values());
    int links = 0;
    int records = 0;
    for (int round = 0; round < kRounds; ++round) {
        const std::string value = mutator.next();
        const auto link = read_chain_link(value);
        ASSERT_EQ(parse_value(value).link, link) << value;
        const auto record = decode(value);
        links += link ? 1 : 0;
        records += record ? 1 : 0;
        if (!record) {
            ASSERT_FALSE(record.error().why.empty()) << value;
            ASSERT_FALSE(tells_personal_data(record.error().why)) << record.error().why;
            continue;
        }
        const ChainLink expected{record->organization, record->sequence, record->prevhash};
        ASSERT_EQ(link, expected) << value;
        const auto again = decode(encode(*record));
        ASSERT_TRUE(again) << again.error().why << '\n' << value;
        ASSERT_EQ(*again, *record) << value;
    }
    // The mutations are neither too wild nor too tame to find anything.
    EXPECT_GT(records, kRounds / 100);
    EXPECT_GT(links, records);
    EXPECT_LT(links, kRounds / 2);
}

}  // namespace
}  // namespace consularia::ledger
