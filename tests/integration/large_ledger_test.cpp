// A start whose table files were checked before reads little of them, however large they are.

#include "infra/rocks/ledger.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"

#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using rocksdb::IODebugContext;
using rocksdb::IOStatus;

class CountedFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
  public:
    CountedFile(
        std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::atomic<std::uint64_t>& bytes
    )
        : FSRandomAccessFileOwnerWrapper(std::move(file)), bytes_(bytes) {}

    IOStatus Read(
        std::uint64_t offset,
        std::size_t size,
        const rocksdb::IOOptions& options,
        rocksdb::Slice* result,
        char* scratch,
        IODebugContext* debug
    ) const override {
        bytes_ += size;
        return FSRandomAccessFileOwnerWrapper::Read(offset, size, options, result, scratch, debug);
    }

  private:
    std::atomic<std::uint64_t>& bytes_;
};

/// Counts what is read of table files.
class CountingFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    explicit CountingFileSystem(std::atomic<std::uint64_t>& bytes)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), bytes_(bytes) {}

    const char* Name() const override { return "CountingFileSystem"; }

    IOStatus NewRandomAccessFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
        IODebugContext* debug
    ) override {
        auto status = FileSystemWrapper::NewRandomAccessFile(name, options, file, debug);
        if (status.ok()) *file = std::make_unique<CountedFile>(std::move(*file), bytes_);
        return status;
    }

  private:
    std::atomic<std::uint64_t>& bytes_;
};

TEST(LargeLedger, AStartReadsLittleOfWhatWasCheckedBefore) {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() / "ledger";
    std::atomic<std::uint64_t> read = 0;
    const auto env = rocksdb::NewCompositeEnv(std::make_shared<CountingFileSystem>(read));
    EmbeddedLedgerOptions options;
    options.env = env.get();
    options.min_free_bytes = 0;
    options.checks.record = directory.path() / "checked";

    std::minstd_rand random(1);
    std::vector<std::string> values(20'000, std::string(1000, ' '));
    for (auto& value : values) {
        for (char& byte : value) byte = static_cast<char>(random());
    }
    ASSERT_TRUE(std::holds_alternative<ledger::Appended>(
        open_embedded_ledger(path, {}, options)->append(0, values)
    ));
    (void)open_embedded_ledger(path, {}, options);  // the log becomes a table
    std::uint64_t size = 0;
    for (const auto& table : test::files_ending_in(path, ".sst")) size += fs::file_size(table);
    ASSERT_GT(size, values.size() * values.front().size());

    read = 0;
    (void)open_embedded_ledger(path, {}, options);
    EXPECT_GT(read, size) << "what nobody has checked is read once";
    read = 0;
    (void)open_embedded_ledger(path, {}, options);
    EXPECT_LT(read, size / 10);
}

}  // namespace
}  // namespace consularia::infra::rocks
