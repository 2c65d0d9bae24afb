// RocksDB's compactions leave the processors to requests.

#include "infra/rocks/read_store.hpp"
#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <sys/resource.h>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using projections::Table;

/// How nice the threads of this process are, by their names.
std::multimap<std::string, int> niceness() {
    std::multimap<std::string, int> found;
    for (const auto& thread : fs::directory_iterator("/proc/self/task")) {
        std::string name;
        std::getline(std::ifstream(thread.path() / "comm"), name);
        const auto id = static_cast<id_t>(std::stoul(thread.path().filename()));
        found.emplace(name, getpriority(PRIO_PROCESS, id));
    }
    return found;
}

TEST(Compaction, YieldsToOthersAndFlushesDoNot) {
    const test::TemporaryDirectory directory;
    StoreOptions options;
    options.write_buffer_bytes = 256 << 10;
    const auto store = open_read_store(directory.path() / "read-store", options);
    const auto yields = [] {
        const auto threads = niceness();
        const auto compacts = threads.find("rocksdb:low");
        return compacts != threads.end() && compacts->second > 0;
    };
    for (int number = 1; number <= 20'000 && !yields(); ++number) {
        auto writes = store->write_set();
        writes->put(Table::changes, std::to_string(number), std::string(4096, '.'));
        store->commit(std::move(writes));
    }
    EXPECT_TRUE(yields());
    for (const auto& [name, nice] : niceness()) {
        if (name == "rocksdb:low") continue;
        EXPECT_EQ(nice, 0) << name;
    }
}

}  // namespace
}  // namespace consularia::infra::rocks
