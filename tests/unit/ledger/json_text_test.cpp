// This version reads the same in all bytes as earlier ones did, with another parser.

#include "ledger/record/json_text.hpp"

#include "tests/support/older_parser.hpp"
#include "tests/unit/ledger/golden_records.hpp"
#include "tests/unit/ledger/mutator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>

namespace consularia::ledger {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using test::find_difference;

void expect_same(const std::string& bytes) {
    const auto difference = find_difference(bytes);
    ASSERT_FALSE(difference) << *difference << ": " << bytes.substr(0, 2000);
}

/// At all places where a value may be, and alone.
void expect_same_value(std::string_view value) {
    for (const std::string_view frame :
         {"@", " @ ", "{\"a\":@}", "{\"a\":[@]}", "[@,1]", "{\"a\" : @ , \"b\":{\"c\":@}}"}) {
        std::string bytes;
        for (const char c : frame) c == '@' ? bytes += value : bytes += c;
        expect_same(bytes);
    }
}

constexpr std::array kNumbers{
    "0"sv,
    "-0"sv,
    "00"sv,
    "-"sv,
    "-00"sv,
    "+1"sv,
    "1"sv,
    "-1"sv,
    "01"sv,
    ".5"sv,
    "1."sv,
    "1.5"sv,
    "-0.0"sv,
    "1.e5"sv,
    "1e"sv,
    "1e+"sv,
    "1E-"sv,
    "1e5"sv,
    "1E+05"sv,
    "-1.25e-7"sv,
    "1e308"sv,
    "1.7976931348623157e308"sv,
    "1.7976931348623158e308"sv,
    "1.7976931348623159e308"sv,
    "-1.8e308"sv,
    "1e309"sv,
    "-1e400"sv,
    "1e999999999999999999999"sv,
    "1e-400"sv,
    "1e-999999999999999999999"sv,
    "4.9e-324"sv,
    "9223372036854775807"sv,
    "9223372036854775808"sv,
    "-9223372036854775808"sv,
    "-9223372036854775809"sv,
    "18446744073709551615"sv,
    "18446744073709551616"sv,
    "123456789012345678901234567890"sv,
    "-123456789012345678901234567890"sv,
    "0x10"sv,
    "1_000"sv,
    "NaN"sv,
    "Infinity"sv,
    "-Infinity"sv,
    "1 2"sv,
};

TEST(ReadsLikeEarlierVersions, Numbers) {
    for (const auto number : kNumbers) expect_same_value(number);
    for (const std::size_t digits : {300U, 307U, 308U, 309U, 310U, 400U, 5000U}) {
        for (const char first : {'1', '9'}) {
            const std::string number = first + std::string(digits - 1, '7');
            expect_same_value(number);
            expect_same_value("-" + number);
            expect_same_value(number + ".5");
            expect_same_value("0." + number);
            expect_same_value(number + "e-100");
            expect_same_value("0." + std::string(digits, '0') + "1e" + std::to_string(digits));
        }
    }
}

TEST(ReadsLikeEarlierVersions, EveryByteAndEscapeInAString) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string one(1, static_cast<char>(byte));
        for (const std::size_t before : {0U, 1U, 7U, 8U, 15U, 16U, 17U, 40U}) {
            expect_same_value("\"" + std::string(before, 'x') + one + "\"");
            expect_same_value(
                "\"" + std::string(before, 'x') + one + std::string(20, 'y') + one + "\""
            );
        }
        expect_same_value("\"\\" + one + "\"");
        expect_same_value("\"\\u00" + one + "0\"");
        expect_same_value(one);
        expect_same(one + "{\"a\":1}" + one);
        expect_same("{" + one + "\"a\"" + one + ":" + one + "1" + one + "}");
        for (int next = 0; next < 256; ++next) {
            expect_same("[\"" + one + static_cast<char>(next) + "\"]");
        }
    }
}

TEST(ReadsLikeEarlierVersions, SurrogatesAndLongCodePoints) {
    for (const char* unit :
         {"0000",
          "0022",
          "007f",
          "0080",
          "07FF",
          "0800",
          "d7ff",
          "D800",
          "dbff",
          "dc00",
          "dfff",
          "e000",
          "fffd",
          "FFFF",
          "12",
          "12g4",
          ""}) {
        const std::string one = "\\u"s + unit;
        expect_same_value("\"" + one + "\"");
        for (const char* second :
             {"\\ud800", "\\udbff", "\\uDC00", "\\udfff", "\\u0041", "\\n", "x"}) {
            expect_same_value("\"" + one + second + "\"");
            expect_same_value("\"" + std::string(second) + one + second + "\"");
        }
    }
    constexpr std::array kEdges{0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
    for (int lead = 0xc0; lead < 0x100; ++lead) {
        for (const int second : kEdges) {
            for (const int third : kEdges) {
                std::string bytes = "[\"";
                for (const int byte : {lead, second, third}) bytes += static_cast<char>(byte);
                expect_same(bytes + "\"]");
                expect_same(bytes + "\x80\"]");
                expect_same(bytes + "\xbf and more than sixteen bytes\"]");
            }
        }
    }
}

TEST(ReadsLikeEarlierVersions, NamesThatAreDuplicateOrAlmost) {
    for (const char* text :
         {R"({"":1,"":2})",
          R"({"a":1,"a":2})",
          R"({"a":1,"\u0061":2})",
          R"({"a":{"b":1,"b":1}})",
          R"({"a":[{"b":1},{"b":1}]})",
          R"({"a":[{"b":1,"b":1}]})",
          R"({"ab":1,"ba":2,"ab":3})",
          R"({"a":1,"A":2})",
          R"({"a\u0000":1,"a":2})",
          R"({"axxa":1,"ayya":2,"axxa":3})",
          R"([{"a":1,"a":2}])",
          R"({"a":1,"b":{"a":{"a":1}}})"}) {
        expect_same(text);
    }
}

TEST(ReadsLikeEarlierVersions, AroundTheLimits) {
    for (const std::size_t depth :
         {kMaxJsonDepth - 2,
          kMaxJsonDepth - 1,
          kMaxJsonDepth,
          kMaxJsonDepth + 1,
          300 * kMaxJsonDepth}) {
        for (const auto inside : {""sv, "1"sv, "{}"sv, R"({"a":1,"a":2})"sv, "\"\\n\""sv}) {
            const std::string open(depth, '[');
            const std::string close(depth, ']');
            expect_same(
                R"({"a":)" + open + std::string(inside) + close + R"(,"b":[1,{"c":"\t"}]})"
            );
            expect_same(R"({"a":)" + open + std::string(inside) + close.substr(1) + "}");
            expect_same(open + std::string(inside) + close);
        }
    }
    for (std::size_t members = kMaxJsonMembers - 2; members < kMaxJsonMembers + 3; ++members) {
        std::string many = "{";
        for (std::size_t i = 0; i < members; ++i) many += '"' + std::to_string(i) + "\":0,";
        expect_same(many + "\"last\":0}");
        expect_same(many + "\"7\":0}");
        expect_same(R"({"a":[)" + many + "\"last\":0}]}");
        expect_same(R"({"a":[)" + many + "\"7\":0}]}");
    }
}

/// Texts of the grammar that are hard to read, and what is nearly such a text.
class Texts {
  public:
    std::string next() {
        std::string text = value(0);
        if (below(2) == 0) spoil(text);
        return text;
    }

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    template <std::size_t kCount>
    std::string any(const std::array<std::string_view, kCount>& of) {
        return std::string(of[below(kCount)]);
    }

    std::string blank() {
        constexpr std::array kBlanks{""sv, ""sv, ""sv, " "sv, "\t\n\r "sv};
        return any(kBlanks);
    }

    std::string string() {
        constexpr std::array kParts{
            ""sv,
            "a"sv,
            "b"sv,
            "source"sv,
            "sixteen bytes .."sv,
            "\\n"sv,
            "\\\""sv,
            "\\u0061"sv,
            "\\ud83d\\ude00"sv,
            "\\ud800"sv,
            "\xc3\xa9"sv,
            "\xf0\x9f\x9b\x82"sv,
            "\xe6\x9d"sv,
            "\x7f"sv,
            "\\u0000"sv,
            "\\/"sv};
        std::string text = "\"";
        for (std::size_t parts = below(4); parts > 0; --parts) text += any(kParts);
        return text + '"';
    }

    std::string list(std::size_t depth, bool named) {
        std::string text;
        for (std::size_t left = below(4); left > 0; --left) {
            if (named) text += blank() + string() + blank() + ':';
            text += value(depth + 1);
            if (left > 1) text += ',';
        }
        return text + (text.empty() ? blank() : "");
    }

    std::string value(std::size_t depth) {
        constexpr std::array kWords{"true"sv, "false"sv, "null"sv};
        const auto text = [&]() -> std::string {
            switch (below(depth > 6 ? 3 : 7)) {
                case 0:
                    return any(kWords);
                case 1:
                    return any(kNumbers);
                case 2:
                    return string();
                case 3:
                case 4:
                    return '[' + list(depth, false) + ']';
                default:
                    return '{' + list(depth, true) + '}';
            }
        };
        return blank() + text() + blank();
    }

    void spoil(std::string& text) {
        constexpr std::array kTokens{
            "{"sv,
            "}"sv,
            "["sv,
            "]"sv,
            ","sv,
            ":"sv,
            "\""sv,
            "\\"sv,
            "1"sv,
            "-"sv,
            "e"sv,
            "."sv,
            "\xff"sv};
        const auto at = below(text.size() + 1);
        if (below(2) == 0) text.erase(at, 1);
        if (below(2) == 0) text.insert(std::min(at, text.size()), any(kTokens));
    }

    std::mt19937 random_{20261129};  // NOLINT: the same texts in every run
};

TEST(ReadsLikeEarlierVersions, RandomTexts) {
    Texts texts;
    constexpr int kRounds = 100'000;
    int read = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto text = texts.next();
        ASSERT_NO_FATAL_FAILURE(expect_same(text));
        read += JsonText::parse(text) ? 1 : 0;
    }
    EXPECT_GT(read, kRounds / 10);
    EXPECT_LT(read, kRounds * 9 / 10);
}

TEST(ReadsLikeEarlierVersions, RecordsAndDamagedRecords) {
    for (const auto& value : golden_values()) expect_same(value);
    for (const auto& file :
         std::filesystem::directory_iterator(project_root() / "tests/fuzz/corpus/record")) {
        const auto value = read_file(file.path());
        for (std::size_t size = 0; size <= value.size(); ++size) expect_same(value.substr(0, size));
    }
    Mutator mutator(golden_values());
    for (int round = 0; round < 40'000; ++round) {
        ASSERT_NO_FATAL_FAILURE(expect_same(mutator.next()));
    }
}

}  // namespace
}  // namespace consularia::ledger
