// What a binary reads, which decides what becomes of the rows of another binary.
#include "ledger/record/vocabulary.hpp"

#include "domain/limits.hpp"
#include "ledger/record/aggregates.hpp"
#include "ledger/record/versions.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>
#include <vector>

namespace consularia::ledger {
namespace {

using testing::Contains;

std::set<std::string> found_in(const std::string& text, const std::string& pattern) {
    std::set<std::string> found;
    const std::regex regex(pattern);
    for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) {
        found.insert((*it)[1]);
    }
    return found;
}

TEST(Vocabulary, HasEveryTypeOfEvent) {
    const auto lines = vocabulary();
    Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        for (const auto& type : Kind::event_types()) EXPECT_THAT(lines, Contains(type.name));
    });
}

TEST(Vocabulary, HasWhatEventsMayHoldWithItsVersion) {
    const auto lines = vocabulary();
    EXPECT_THAT(lines, Contains("missed since version 1"));
    EXPECT_THAT(lines, Contains("participant since version 1"));
    EXPECT_THAT(lines, Contains("raise_hand_enabled since version 1"));
    EXPECT_THAT(lines, Contains("webhooks since version 2"));
}

TEST(Vocabulary, HasEveryLimitOfWhatIsStored) {
    const auto source = read_file(project_root() / "domain/limits.hpp");
    const auto list_at = source.find("kAll{");
    ASSERT_NE(list_at, std::string::npos);
    const auto defined = found_in(source, R"(constexpr Limit (k\w+))");
    EXPECT_EQ(found_in(source.substr(list_at + 5), R"((k\w+))"), defined);
    EXPECT_EQ(domain::limits::kAll.size(), defined.size());
    const auto lines = vocabulary();
    for (std::size_t i = 0; i < domain::limits::kAll.size(); ++i) {
        const auto stored = std::to_string(domain::limits::kAll.at(i).stored);
        EXPECT_THAT(lines, Contains("limit " + std::to_string(i) + " up to " + stored));
    }
}

TEST(Vocabulary, HasAnotherFingerprintWheneverALineIsAnotherOne) {
    const auto lines = vocabulary();
    const auto fingerprint = fingerprint_of(lines);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto less = lines;
        less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_NE(fingerprint_of(less), fingerprint) << lines[i];
        auto changed = lines;
        changed[i] += '0';
        EXPECT_NE(fingerprint_of(changed), fingerprint) << lines[i];
    }
    auto more = lines;
    more.emplace_back("dev.consularia.appointment.cancelled.v1");
    EXPECT_NE(fingerprint_of(more), fingerprint);
    EXPECT_EQ(fingerprint_of(vocabulary()), fingerprint);
}

TEST(Vocabulary, CoversAnotherThatLacksSomethingOrHasLowerLimits) {
    using Lines = std::vector<std::string>;
    const Lines present{"a.v1", "a.v2", "limit 0 up to 200"};
    EXPECT_TRUE(covers(present, present));
    EXPECT_TRUE(covers(present, {}));
    EXPECT_TRUE(covers(present, {"a.v2", "limit 0 up to 200"}));
    EXPECT_TRUE(covers(present, {"a.v1", "limit 0 up to 70"}));
    EXPECT_FALSE(covers(present, {"a.v3"}));
    EXPECT_FALSE(covers(present, {"limit 0 up to 1000"}));
    EXPECT_FALSE(covers(present, {"limit 1 up to 70"}));
    EXPECT_FALSE(covers(present, {"limit 0"}));
    EXPECT_FALSE(covers(present, {"limit 0 up to x"}));
    EXPECT_FALSE(covers({}, present));
    EXPECT_TRUE(covers(vocabulary(), vocabulary()));
}

}  // namespace
}  // namespace consularia::ledger
