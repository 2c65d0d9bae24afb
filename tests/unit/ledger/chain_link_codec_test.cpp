// read_chain_link: which bytes count as a record for the acceptance rule.

#include "ledger/record/parsed_value.hpp"
#include "ledger/record/subject.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

namespace consularia::ledger {
namespace {

const std::string kId = "01920a3c-0000-7000-8000-00000000000a";
const std::string kZeros(64, '0');

domain::OrganizationId organization() {
    return domain::OrganizationId::parse(kId).value();
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

/// What all readers say.
std::optional<ChainLink> link_of(const std::string& value) {
    const auto link = read_chain_link(value);
    EXPECT_EQ(parse_value(value).link, link) << value.substr(0, 1000);
    EXPECT_EQ(read_link_and_subject(value).link, link) << value.substr(0, 1000);
    return link;
}

bool has_link(const std::string& value) {
    return link_of(value).has_value();
}

TEST(ReadChainLink, ReadsTheThreeAttributes) {
    const auto link = link_of(value_with("/organizations/" + kId, "42", std::string(64, 'a')));
    ASSERT_TRUE(link);
    EXPECT_EQ(link->organization, organization());
    EXPECT_EQ(link->sequence, 42U);
    EXPECT_EQ(to_hex(link->prevhash), std::string(64, 'a'));
}

TEST(ReadChainLink, DoesNotMindSpacesOrderAndOtherAttributes) {
    EXPECT_TRUE(
        has_link(" \t\r\n{ \"x\" : [1, null, {\"y\": true}],\n" + good_value().substr(1) + " \n")
    );
    EXPECT_TRUE(has_link(value_with_more(R"(,"data":{"sequence":"9","a":[[],{}]},"n":-1.5e3)")));
}

TEST(ReadChainLink, ComparesAttributesAfterTheirEscapes) {
    std::string value = good_value();
    value.replace(value.find("source"), 6, "s\\u006furce");
    EXPECT_TRUE(has_link(value));
}

TEST(ReadChainLink, RefusesDuplicateAttributes) {
    EXPECT_FALSE(has_link(value_with_more(R"(,"sequence":"1")")));
    EXPECT_FALSE(has_link(value_with_more(R"(,"prevhash":1)")));
    EXPECT_FALSE(has_link(value_with_more(R"(,"s\u006furce":null)")));
    EXPECT_FALSE(has_link(value_with_more(R"(,"other":1,"data":{},"other":2)")));
    EXPECT_FALSE(has_link(value_with_more(R"(,"":1,"":1)")));
}

TEST(ReadChainLink, AllowsDuplicatesDeeperDown) {
    EXPECT_TRUE(has_link(value_with_more(R"(,"data":{"a":1,"a":2},"list":[{"b":1,"b":1}])")));
}

TEST(ReadLinkAndSubject, HashesTheSubjectOfTheObjectItself) {
    const auto subject_of = [](const std::string& members) {
        return read_link_and_subject(value_with_more(members)).subject;
    };
    EXPECT_EQ(subject_of(R"(,"data":{"subject":"y"},"subject":"x")"), sha256("x"));
    EXPECT_EQ(subject_of(R"(,"data":{"subject":"y"},"subject":"")"), std::nullopt);
    EXPECT_EQ(subject_of(R"(,"data":{"subject":"y"},"subject":["x"])"), std::nullopt);
    EXPECT_EQ(subject_of(R"(,"data":{"subject":"y"})"), std::nullopt);
}

TEST(ReadChainLink, RefusesWhatIsNotAnObject) {
    for (const char* value :
         {"", " ", "null", "1", "1.5", "-1", "true", "\"x\"", "[]", "[{}]", "{}"}) {
        EXPECT_FALSE(has_link(value)) << value;
    }
    EXPECT_FALSE(has_link('[' + good_value() + ']'));
}

TEST(ReadChainLink, RefusesAnythingBeforeAndAfterTheObject) {
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

TEST(ReadChainLink, RefusesWhatIsNotJson) {
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

TEST(ReadChainLink, RefusesInvalidUtf8Anywhere) {
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

TEST(ReadChainLink, NeedsAllThreeAttributesAsStringsOfTheObjectItself) {
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

TEST(ReadChainLink, KnowsOneFormOfSource) {
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

TEST(ReadChainLink, KnowsOneFormOfSequence) {
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
    const auto link = link_of(value_with_sequence("18446744073709551615"));
    ASSERT_TRUE(link);
    EXPECT_EQ(link->sequence, std::numeric_limits<Sequence>::max());
}

TEST(ReadChainLink, KnowsOneFormOfPrevhash) {
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

TEST(ReadChainLink, BearsAnyDepthAndAnyNumberOfAttributes) {
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

TEST(ParseValue, ReadsTheLinkOfWhatTheCodecCannotRead) {
    const auto deep = value_with_more(
        R"(,"x":)" + std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']')
    );
    std::string wide;
    for (std::size_t i = 0; i < kMaxJsonMembers; ++i) wide += ",\"" + std::to_string(i) + "\":0";
    for (const auto& value :
         {deep, value_with_more(wide), value_with_more(R"(,"data":{"a":1,"a":2})")}) {
        const auto parsed = parse_value(value);
        EXPECT_TRUE(parsed.link) << value;
        EXPECT_FALSE(parsed.object) << value;
    }
    EXPECT_TRUE(parse_value(good_value()).object);
}

}  // namespace
}  // namespace consularia::ledger
