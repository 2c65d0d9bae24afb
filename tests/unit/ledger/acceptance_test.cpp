#include "ledger/acceptance.hpp"

#include "ledger/murmur2.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace consularia::ledger {
namespace {

constexpr Sequence kLast = std::numeric_limits<Sequence>::max();
constexpr Partition kPartitions = 12;
const std::string kId = "01920a3c-0000-7000-8000-00000000000a";
const std::string kZeros(64, '0');

domain::OrganizationId organization() {
    return domain::OrganizationId::parse(kId).value();
}

Partition home() {
    return partition_of(organization(), kPartitions);
}

/// The three attributes as a value has them.
std::string value_with(
    const std::string& source, const std::string& sequence, const std::string& prevhash
) {
    return R"({"source":")" + source + R"(","sequence":")" + sequence + R"(","prevhash":")" +
           prevhash + R"("})";
}

std::string value_with_sequence(const std::string& sequence) {
    return value_with("/organizations/" + kId, sequence, kZeros);
}

std::string good_value() {
    return value_with_sequence("1");
}

/// The good value with something before its last brace.
std::string value_with_more(const std::string& members) {
    std::string value = good_value();
    value.insert(value.size() - 1, members);
    return value;
}

bool has_link(const std::string& value) {
    return read_link(value).has_value();
}

TEST(Murmur2, GivesTheVectorsOfTheJavaClient) {
    const std::pair<const char*, std::int32_t> vectors[] = {
        {"21", -973932308},
        {"foobar", -790332482},
        {"a-little-bit-long-string", -985981536},
        {"a-little-bit-longer-string", -1486304829},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
        {"abc", 479470107},
        {"", 275646681},
    };
    for (const auto& [key, hash] : vectors) {
        EXPECT_EQ(static_cast<std::int32_t>(murmur2(key)), hash) << key;
    }
}

TEST(Murmur2, TakesBytesAsUnsigned) {
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("\xff\xfe\xfd")), 998637092);
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("\xff\xfe\xfd\xfc\x80")), -247105293);
}

TEST(PartitionOf, ClearsTheSignAsToPositiveDoes) {
    const std::int32_t hash = static_cast<std::int32_t>(murmur2(kId));
    EXPECT_EQ(home(), static_cast<Partition>(hash & 0x7fffffff) % kPartitions);
    EXPECT_EQ(partition_of(organization(), 1), 0U);
}

TEST(ReadLink, ReadsTheThreeAttributes) {
    const auto link = read_link(value_with("/organizations/" + kId, "42", std::string(64, 'a')));
    ASSERT_TRUE(link);
    EXPECT_EQ(link->organization, organization());
    EXPECT_EQ(link->sequence, 42U);
    EXPECT_EQ(to_hex(link->prevhash), std::string(64, 'a'));
}

TEST(ReadLink, DoesNotMindSpacesOrderAndOtherAttributes) {
    EXPECT_TRUE(
        has_link(" \t\r\n{ \"x\" : [1, null, {\"y\": true}],\n" + good_value().substr(1) + " \n")
    );
    EXPECT_TRUE(has_link(value_with_more(R"(,"data":{"sequence":"9","a":[[],{}]},"n":-1.5e3)")));
}

TEST(ReadLink, ComparesAttributesAfterTheirEscapes) {
    std::string value = good_value();
    value.replace(value.find("source"), 6, "s\\u006furce");
    EXPECT_TRUE(has_link(value));
}

TEST(ReadLink, RefusesDuplicateAttributes) {
    EXPECT_FALSE(has_link(value_with_more(R"(,"sequence":"1")")));
    EXPECT_FALSE(has_link(value_with_more(R"(,"prevhash":1)")));
    EXPECT_FALSE(has_link(value_with_more(R"(,"s\u006furce":null)")));
    EXPECT_FALSE(has_link(value_with_more(R"(,"other":1,"data":{},"other":2)")));
    EXPECT_FALSE(has_link(value_with_more(R"(,"":1,"":1)")));
}

TEST(ReadLink, AllowsDuplicatesDeeperDown) {
    EXPECT_TRUE(has_link(value_with_more(R"(,"data":{"a":1,"a":2},"list":[{"b":1,"b":1}])")));
}

TEST(ReadLink, RefusesWhatIsNotAnObject) {
    for (const char* value :
         {"", " ", "null", "1", "1.5", "-1", "true", "\"x\"", "[]", "[{}]", "{}"}) {
        EXPECT_FALSE(has_link(value)) << value;
    }
    EXPECT_FALSE(has_link("[" + good_value() + "]"));
}

TEST(ReadLink, RefusesAnythingBeforeAndAfterTheObject) {
    using namespace std::string_literals;
    EXPECT_FALSE(has_link(good_value() + good_value()));
    EXPECT_FALSE(has_link(good_value() + "}"));
    EXPECT_FALSE(has_link(good_value() + ","));
    EXPECT_FALSE(has_link(good_value() + "\0"s));
    EXPECT_FALSE(has_link(good_value() + "\0garbage"s));
    EXPECT_FALSE(has_link("\0"s + good_value()));
    EXPECT_FALSE(has_link("\xef\xbb\xbf" + good_value()));
    EXPECT_FALSE(has_link("// comment\n" + good_value()));
    EXPECT_FALSE(has_link(good_value() + "/* comment */"));
}

TEST(ReadLink, RefusesWhatIsNotJson) {
    for (const char* members :
         {",",
          ",x:1",
          ",'x':1",
          R"(,"x":NaN)",
          R"(,"x":Infinity)",
          R"(,"x":01)",
          R"(,"x":+1)",
          R"(,"x":.5)",
          R"(,"x":1.)",
          R"(,"x":tru)",
          R"(,"x":[1,])",
          R"(,"x":{"y":1,})",
          R"(,"x")",
          R"(,"x":)",
          R"(,"x":"\x")",
          R"(,"x":"\u12")",
          ",\"x\":\"\n\"",
          R"(,"x":0x10)",
          R"(,"x":1e)",
          R"(,"x":"\ud800")",
          R"(,"x":"\udc00\ud800")",
          R"(,"x":1e999)"}) {
        EXPECT_FALSE(has_link(value_with_more(members))) << members;
    }
    for (std::size_t size = 0; size < good_value().size(); ++size) {
        EXPECT_FALSE(has_link(good_value().substr(0, size))) << size;
    }
}

TEST(ReadLink, RefusesInvalidUtf8Anywhere) {
    for (const char* bytes :
         {"\x80",
          "\xff",
          "\xc3",
          "\xc0\x80",
          "\xe0\x80\x80",
          "\xed\xa0\x80",
          "\xf4\x90\x80\x80",
          "\xf8\x88\x80\x80\x80",
          "\xe2\x82"}) {
        EXPECT_FALSE(has_link(value_with_more(R"(,"x":")" + std::string(bytes) + "\""))) << bytes;
        EXPECT_FALSE(has_link(value_with_more(",\"" + std::string(bytes) + "\":1"))) << bytes;
        EXPECT_FALSE(has_link(value_with_more(R"(,"data":[{"x":")" + std::string(bytes) + "\"}]")));
    }
    EXPECT_TRUE(has_link(value_with_more(R"(,"x":"é東🛂\ud83d\ude00")")));
}

TEST(ReadLink, NeedsAllThreeAttributesAsStringsOfTheObjectItself) {
    const std::string all[] = {
        R"("source":"/organizations/)" + kId + '"',
        R"("sequence":"1")",
        R"("prevhash":")" + kZeros + '"'};
    EXPECT_TRUE(has_link('{' + all[0] + ',' + all[1] + ',' + all[2] + '}'));
    EXPECT_FALSE(has_link('{' + all[1] + ',' + all[2] + '}'));
    EXPECT_FALSE(has_link('{' + all[0] + ',' + all[2] + '}'));
    EXPECT_FALSE(has_link('{' + all[0] + ',' + all[1] + '}'));
    EXPECT_FALSE(has_link('{' + all[0] + ',' + all[2] + R"(,"data":{)" + all[1] + "}}"));
    EXPECT_FALSE(has_link('{' + all[0] + ',' + all[2] + R"(,"sequence":["1"]})"));
    EXPECT_FALSE(has_link('{' + all[0] + ',' + all[2] + R"(,"sequence":1})"));
    EXPECT_FALSE(has_link('{' + all[0] + ',' + all[2] + R"(,"sequence":null})"));
}

TEST(ReadLink, KnowsOneFormOfSource) {
    const std::string upper = "01920A3C-0000-7000-8000-00000000000A";
    const std::string bare =
        "01920a3c000070008000"
        "00000000000a";
    const std::string cases[] = {
        kId,
        "organizations/" + kId,
        "/organizations/" + upper,
        "/organizations/" + bare,
        "/organizations/{" + kId + "}",
        "/organizations/" + kId + "/",
        "/organizations/",
        "/Organizations/" + kId,
        " /organizations/" + kId,
        "//organizations/" + kId,
        "/organizations/" + kId.substr(1),
        "/organizations/" + kId + "0",
        std::string()};
    for (const std::string& source : cases) {
        EXPECT_FALSE(has_link(value_with(source, "1", kZeros))) << source;
    }
}

TEST(ReadLink, KnowsOneFormOfSequence) {
    for (const char* sequence :
         {"",
          "0",
          "00",
          "01",
          "-1",
          "+1",
          " 1",
          "1 ",
          "1.0",
          "1e3",
          "0x1",
          "one",
          "1,000",
          "18446744073709551616",
          "18446744073709551617",
          "99999999999999999999",
          "100000000000000000000000000000000000000000001",
          "\u0661"}) {
        EXPECT_FALSE(has_link(value_with_sequence(sequence))) << sequence;
    }
    const auto link = read_link(value_with_sequence("18446744073709551615"));
    ASSERT_TRUE(link);
    EXPECT_EQ(link->sequence, kLast);
}

TEST(ReadLink, KnowsOneFormOfPrevhash) {
    for (const std::string& prevhash :
         {std::string(),
          std::string(63, '0'),
          std::string(65, '0'),
          std::string(64, 'A'),
          std::string(64, 'g'),
          "0x" + std::string(62, '0'),
          std::string(64, ' ')}) {
        EXPECT_FALSE(has_link(value_with("/organizations/" + kId, "1", prevhash))) << prevhash;
    }
}

TEST(ReadLink, BearsAnyDepthAndAnyNumberOfAttributes) {
    constexpr std::size_t depth = 100'000;
    EXPECT_TRUE(
        has_link(value_with_more(R"(,"x":)" + std::string(depth, '[') + std::string(depth, ']')))
    );
    EXPECT_FALSE(has_link(value_with_more(R"(,"x":)" + std::string(depth, '['))));
    std::string many;
    for (int i = 0; i < 50'000; ++i) many += ",\"" + std::to_string(i) + "\":0";
    EXPECT_TRUE(has_link(value_with_more(many)));
    EXPECT_FALSE(has_link(value_with_more(many + ",\"7\":0")));
}

TEST(IsFact, TakesTheFirstRecordOfAnOrganization) {
    EXPECT_TRUE(is_fact({organization(), 1, Hash{}}, Head{}, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 1, sha256("x")}, Head{}, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 0, Hash{}}, Head{}, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 2, Hash{}}, Head{}, home(), kPartitions));
}

TEST(IsFact, NeedsTheNextSequenceAndTheHashOfTheHead) {
    const Head head{7, sha256("seven"), {}};
    EXPECT_TRUE(is_fact({organization(), 8, head.hash}, head, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 8, sha256("other")}, head, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 7, head.hash}, head, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 9, head.hash}, head, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 1, Hash{}}, head, home(), kPartitions));
}

TEST(IsFact, NeedsThePartitionOfTheOrganization) {
    const Link link{organization(), 1, Hash{}};
    for (Partition partition = 0; partition < kPartitions; ++partition) {
        EXPECT_EQ(is_fact(link, Head{}, partition, kPartitions), partition == home());
    }
}

TEST(IsFact, EndsAtTheLargestSequence) {
    const Head almost{kLast - 1, sha256("x"), {}};
    const Head end{kLast, sha256("x"), {}};
    EXPECT_TRUE(is_fact({organization(), kLast, almost.hash}, almost, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 0, end.hash}, end, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 1, end.hash}, end, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), kLast, end.hash}, end, home(), kPartitions));
}

struct Possibility {
    const char* claim;
    Sequence sequence;
    Hash prevhash;
    Head head;
    bool possible;
};

class MayBecomeFact : public testing::TestWithParam<Possibility> {};

TEST_P(MayBecomeFact, FollowsTheHead) {
    const Possibility& it = GetParam();
    EXPECT_EQ(may_become_fact({organization(), it.sequence, it.prevhash}, it.head), it.possible);
}

const Hash kRight = sha256("right");
const Hash kOther = sha256("other");

INSTANTIATE_TEST_SUITE_P(
    Table,
    MayBecomeFact,
    testing::Values(
        Possibility{"NextOnTheHead", 8, kRight, {7, kRight, {}}, true},
        Possibility{"NextOnAnotherHead", 8, kRight, {7, kOther, {}}, false},
        Possibility{"PredecessorIsStillToCome", 8, kRight, {6, kOther, {}}, true},
        Possibility{"FarAhead", 8, kRight, {0, Hash{}, {}}, true},
        Possibility{"HeadReachedIt", 8, kRight, {8, kOther, {}}, false},
        Possibility{"HeadPassedIt", 8, kRight, {9, kRight, {}}, false},
        Possibility{"First", 1, Hash{}, {0, Hash{}, {}}, true},
        Possibility{"FirstWithAPredecessor", 1, kRight, {0, Hash{}, {}}, false},
        Possibility{"FirstTooLate", 1, Hash{}, {1, kRight, {}}, false},
        Possibility{"SequenceZero", 0, Hash{}, {0, Hash{}, {}}, false},
        Possibility{"Last", kLast, kRight, {kLast - 1, kRight, {}}, true},
        Possibility{"AfterTheLast", kLast, kRight, {kLast, kRight, {}}, false},
        Possibility{"ZeroAfterTheLast", 0, kRight, {kLast, kRight, {}}, false}
    ),
    [](const auto& possibility) { return std::string(possibility.param.claim); }
);

TEST(IsFact, ImpliesThatItMayBecomeOne) {
    for (const Sequence sequence : {Sequence{1}, Sequence{2}, kLast}) {
        const Head head{sequence - 1, sequence == 1 ? Hash{} : kRight, {}};
        const Link link{organization(), sequence, head.hash};
        EXPECT_TRUE(is_fact(link, head, home(), kPartitions));
        EXPECT_TRUE(may_become_fact(link, head));
    }
}

}  // namespace
}  // namespace consularia::ledger
