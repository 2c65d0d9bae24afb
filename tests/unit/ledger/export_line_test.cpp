// One line of `ledger export` is one record, whatever its bytes are; docs/events.md says how to
// read it, and its program does. Needs python3.

#include "ledger/record/export_line.hpp"

#include "base/hex.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace consularia::ledger {
namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The block of docs/events.md that reads an export.
std::string program() {
    const std::string text = read_file("docs/events.md");
    const auto from = text.find("import base64");
    return text.substr(from, text.find("\n```", from) - from);
}

const std::vector<std::string>& strange_records() {
    static const std::vector<std::string> records{
        R"({"specversion":"1.0"})",
        "a\nb",
        "a\r\nb\n",
        "\r",
        "",
        "\n",
        R"({"record_base64url":"YQ"})",
        std::string("\0\xff", 2),
        "a line\xe2\x80\xa8separator, and \x0b\x0c\x1c\xc2\x85"};
    return records;
}

TEST(ExportLine, OneLineIsOneRecordAndGivesItBack) {
    const auto folder =
        std::filesystem::path(testing::TempDir()) / ("export_line_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream exported(folder / "exported", std::ios::binary);
    for (const auto& record : strange_records()) exported << export_line(record) << '\n';
    exported.close();
    std::ofstream(folder / "read.py")
        << program()
        << "\n\nfor value in read_export(open('exported', 'rb')):\n    print(value.hex())\n";
    const std::string command = "cd '" + folder.string() + "' && python3 read.py > out";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ostringstream expected;
    for (const auto& record : strange_records()) expected << consularia::to_hex(record) << '\n';
    EXPECT_EQ(read_file(folder / "out"), expected.str());
    std::filesystem::remove_all(folder);
}

TEST(ExportLine, ARecordOnOneLineIsItself) {
    for (const std::string record : {R"({"id":"x","text":"\n"})", "garbage", "\xe2\x80\xa8"}) {
        EXPECT_EQ(export_line(record), record);
    }
}

}  // namespace
}  // namespace consularia::ledger
