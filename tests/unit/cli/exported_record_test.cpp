// Lines that are digested together are digested as each of them alone.

#include "cli/exported_record.hpp"

#include "base/base64.hpp"
#include "tests/support/record_samples.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace consularia::cli {
namespace {

using Lines = std::vector<std::string>;

Lines sample_lines() {
    samples::History history;
    Lines lines{history.create()};
    for (std::uint32_t i = 1; i < 40; ++i) lines.push_back(history.schedule(i));
    return lines;
}

ExportedPiece digest_together(const Lines& lines, bool ended = true) {
    std::string text = "x";
    for (const auto& line : lines) text += line + '\n';
    if (!ended) text.pop_back();
    ExportedPiece piece;
    piece.digest(text);
    return piece;
}

std::vector<ExportedRecord> digest_each(const Lines& lines) {
    std::vector<ExportedRecord> records;
    for (const auto& line : lines) records.push_back(digest_line(line));
    return records;
}

TEST(ExportedPiece, HasTheRecordsOfItsLines) {
    const auto lines = sample_lines();
    ASSERT_TRUE(digest_line(lines.back()).link);
    EXPECT_EQ(digest_together(lines).records, digest_each(lines));
    EXPECT_EQ(digest_together(lines, false).records, digest_each(lines));
}

TEST(ExportedPiece, HasLinesThatAreNoRecords) {
    auto lines = sample_lines();
    lines[3] = "";
    lines[5] = "{}";
    lines[6] += " ";
    lines[7].pop_back();
    lines[8] = R"({"record_base64url":"_"})";
    lines.insert(lines.begin(), "");
    EXPECT_EQ(digest_together(lines).records, digest_each(lines));
}

TEST(ExportedPiece, HasEncodedRecords) {
    auto lines = sample_lines();
    for (const std::size_t i : {0, 4, 5, 39}) {
        lines[i] = R"({"record_base64url":")" + to_base64url(lines[i]) + "\"}";
    }
    const auto piece = digest_together(lines);
    EXPECT_EQ(piece.records, digest_each(lines));
    EXPECT_EQ(piece.records, digest_each(sample_lines()));
}

TEST(ExportedPiece, IsUsedAgain) {
    const auto lines = sample_lines();
    ExportedPiece piece = digest_together(lines);
    std::string text = "\n" + lines[2] + "\n";
    piece.digest(text);
    EXPECT_EQ(piece.records, digest_each({lines[2]}));
    EXPECT_EQ(piece.subtrees.size(), 1);
    std::string none = "\n";
    piece.digest(none);
    EXPECT_TRUE(piece.records.empty());
    EXPECT_TRUE(piece.subtrees.empty());
}

/// Wherever the export is cut into pieces.
TEST(ExportedPiece, HasTheSubtreesOfItsRecords) {
    const auto lines = sample_lines();
    ledger::Frontier whole;
    for (const auto& record : digest_each(lines)) whole.append(record.leaf);
    for (std::size_t cut = 1; cut < lines.size(); ++cut) {
        const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(cut);
        ledger::Frontier tree;
        for (const auto& part : {Lines(lines.begin(), middle), Lines(middle, lines.end())}) {
            for (const auto& subtree : digest_together(part).subtrees) tree.append(subtree);
        }
        EXPECT_EQ(tree, whole) << cut;
    }
}

}  // namespace
}  // namespace consularia::cli
