// docs/events.md says what the code does: its examples are the golden files, and the Python program
// that it names judges as read_chain_link and is_fact do. Needs python3.

#include "base/hex.hpp"
#include "ledger/record/acceptance.hpp"
#include "tests/unit/ledger/golden_records.hpp"
#include "tests/unit/ledger/mutator.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace consularia::ledger {
namespace {

/// The contents of the blocks of JSON in docs/events.md.
std::vector<std::string> json_blocks() {
    const std::string text = read_file(project_root() / "docs/events.md");
    const std::string fence = "\n```json\n";
    std::vector<std::string> found;
    for (auto at = text.find(fence); at != std::string::npos; at = text.find(fence, at + 1)) {
        const auto from = at + fence.size();
        found.push_back(text.substr(from, text.find("\n```", from) - from));
    }
    return found;
}

/// Runs the program that docs/events.md names with a few lines after it. Its input has one value
/// per line in hex; its answer is what it prints, line by line.
std::vector<std::string> run_python(
    const std::string& driver, const std::vector<std::string>& values
) {
    const std::filesystem::path folder =
        testing::TempDir() + "events_doc_" + std::to_string(::getpid());
    std::filesystem::create_directories(folder);
    std::ofstream program(folder / "verify.py");
    program << read_file(project_root() / "clients/python/consularia_topic/rule.py") << driver;
    program.close();
    std::ofstream input(folder / "in");
    for (const std::string& value : values) input << consularia::to_hex(value) << '\n';
    input.close();
    const std::string command = "cd '" + folder.string() + "' && python3 verify.py < in > out";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    std::istringstream output(read_file(folder / "out"));
    std::filesystem::remove_all(folder);
    std::vector<std::string> lines;
    for (std::string line; std::getline(output, line);) lines.push_back(line);
    return lines;
}

/// What `facts` should yield, as positions.
std::vector<std::string> positions_of_facts(
    const std::vector<std::string>& values, Partition partition, Partition partitions
) {
    std::map<domain::OrganizationId, Head> heads;
    std::vector<std::string> positions;
    for (std::size_t position = 0; position < values.size(); ++position) {
        const auto link = read_chain_link(values[position]);
        if (!link) continue;
        Head& head = heads[link->organization];
        if (!is_fact(*link, head, partition, partitions)) continue;
        head = {link->sequence, sha256(values[position]), {}};
        positions.push_back(std::to_string(position));
    }
    return positions;
}

std::string driver_of_facts(Partition partition, Partition partitions) {
    return "import sys\n"
           "class Value(bytes):\n"
           "    pass\n"
           "values = [Value(bytes.fromhex(line)) for line in sys.stdin]\n"
           "for position, value in enumerate(values):\n"
           "    value.position = position\n"
           "for value in facts(values, " +
           std::to_string(partition) + ", " + std::to_string(partitions) +
           "):\n"
           "    print(value.position)\n";
}

/// The golden ledger with the voids of a busy log, and damaged copies of the past, between its
/// facts.
std::vector<std::string> busy_log() {
    const std::vector<std::string> golden = golden_values();
    std::vector<std::string> log;
    for (std::size_t i = 0; i < golden.size(); ++i) {
        log.push_back(golden[(i + 1) % golden.size()]);            // too early
        log.push_back(golden[i].substr(0, golden[i].size() - 1));  // cut off
        log.push_back("\xef\xbb\xbf" + golden[i]);
        log.push_back(golden[i] + std::string(1, '\0'));
        log.push_back(golden[i]);
        log.push_back(golden[i]);        // a duplicate
        log.push_back(golden[i] + " ");  // a rival, too late
        Mutator mutator({golden.begin(), golden.begin() + static_cast<std::ptrdiff_t>(i) + 1});
        for (int damaged = 0; damaged < 20; ++damaged) log.push_back(mutator.next());
    }
    return log;
}

TEST(EventsDoc, ExamplesAreTheGoldenFiles) {
    const auto examples = json_blocks();
    const auto golden = golden_values();
    EXPECT_EQ(std::set(examples.begin(), examples.end()), std::set(golden.begin(), golden.end()));
    EXPECT_EQ(examples.size(), golden.size());
}

TEST(EventsDoc, EveryTypeHasAHeadingWithAnExampleOfIt) {
    const std::string text = read_file(project_root() / "docs/events.md");
    const auto expect_example = [&text](std::string_view type) {
        const auto heading = text.find("\n### " + std::string(type) + "\n");
        ASSERT_NE(heading, std::string::npos) << type;
        const auto example = text.find("\n```json\n", heading);
        const auto next = text.find("\n#", heading + 1);
        ASSERT_LT(example, next) << type;
        const auto line = text.substr(example, text.find("\n```\n", example) - example);
        EXPECT_NE(line.find("\"type\":\"" + std::string(type) + '"'), std::string::npos) << type;
    };
    Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        for (const auto& type : Kind::event_types()) expect_example(type.name);
    });
}

TEST(EventsDoc, ProgramFindsTheFactsOfTheGoldenLedger) {
    const auto found = run_python(driver_of_facts(0, 1), golden_values());
    EXPECT_EQ(found, positions_of_facts(golden_values(), 0, 1));
    EXPECT_EQ(found.size(), golden_values().size());
}

TEST(EventsDoc, ProgramTellsFactsFromVoidsAsWeDo) {
    const auto log = busy_log();
    const auto found = run_python(driver_of_facts(0, 1), log);
    EXPECT_EQ(found, positions_of_facts(log, 0, 1));
    EXPECT_EQ(found.size(), golden_values().size());
}

TEST(EventsDoc, ProgramFindsWhereAFactOfThePastWasChanged) {
    auto log = golden_values();
    log[6].replace(log[6].find("30"), 2, "31");
    const auto found = run_python(driver_of_facts(0, 1), log);
    // The other organization's facts are the last seven.
    const std::vector<std::string> expected{
        "0", "1", "2", "3", "4", "5", "6", "18", "19", "20", "21", "22", "23", "24"};
    EXPECT_EQ(found, expected);
    EXPECT_EQ(found, positions_of_facts(log, 0, 1));
}

TEST(EventsDoc, ProgramResumesWithItsHeadsInTheMiddleOfALog) {
    const auto found = run_python(
        "import sys\n"
        "values = [bytes.fromhex(line) for line in sys.stdin]\n"
        "heads = {}\n"
        "half = len(values) // 2\n"
        "print(len(list(facts(values[:half], heads=heads))))\n"
        "print(len(list(facts(values[half:], heads=heads))))\n"
        "print(len(list(facts(values[half:]))))\n",
        golden_values()
    );
    // Without heads only the other organization, which begins there, has facts: seven.
    const std::size_t half = golden_values().size() / 2;
    const std::vector<std::string> expected{
        std::to_string(half), std::to_string(golden_values().size() - half), "7"};
    EXPECT_EQ(found, expected);
}

TEST(EventsDoc, ProgramKnowsThePartitionOfAnOrganization) {
    for (const Partition partition : {0U, 1U, 2U}) {
        EXPECT_EQ(
            run_python(driver_of_facts(partition, 3), golden_values()),
            positions_of_facts(golden_values(), partition, 3)
        );
    }
}

TEST(EventsDoc, ProgramReadsLinksOfDamagedValuesAsWeDo) {
    std::vector<std::string> values = golden_values();
    const std::string open = values[0].substr(0, values[0].size() - 1);
    for (const char* member :
         {"NaN",
          "-Infinity",
          "1e999",
          "-1e999",
          "1e308",
          "1e-999",
          "-0",
          "01",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\ud83d\\ude00\"",
          "\"\\ud83dx\"",
          "\"\xed\xa0\x80\"",
          "\"\xc0\x80\"",
          "\"\xf4\x90\x80\x80\"",
          "\"\x7f\"",
          "\"\t\"",
          "\"\\u0000\"",
          "\"\\/\"",
          "\"\\'\"",
          "[1,]",
          "{\"a\":1,\"a\":2}",
          "tru",
          "1.",
          ".5",
          "1E+2",
          "[]]",
          "[\xc2\xa0]"}) {
        values.push_back(open + ",\"x\":" + member + "}");
    }
    values.push_back(open + ",\"x\":" + std::string(400, '9') + "}");
    values.push_back(open + ",\"x\":" + std::string(5000, '9') + "}");
    values.push_back(open + ",\"\\u0069d\":1}");
    values.push_back(values[0] + "\xc2\xa0");
    values.push_back(values[0] + "\v");
    values.push_back("[" + values[0] + "]");
    values.push_back("7");
    Mutator mutator(golden_values());
    for (int i = 0; i < 5'000; ++i) values.push_back(mutator.next());
    const auto links = run_python(
        "import sys\n"
        "for line in sys.stdin:\n"
        "    print(*(read_chain_link(bytes.fromhex(line)) or ['none']))\n",
        values
    );
    ASSERT_EQ(links.size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto link = read_chain_link(values[i]);
        const std::string ours = link ? link->organization.to_string() + ' ' +
                                            std::to_string(link->sequence) + ' ' +
                                            to_hex(link->prevhash)
                                      : "none";
        EXPECT_EQ(links[i], ours) << values[i];
    }
}

}  // namespace
}  // namespace consularia::ledger
