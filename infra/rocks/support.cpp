#include "infra/rocks/support.hpp"

#include "infra/descriptors.hpp"
#include "infra/thread_priority.hpp"
#include "ledger/log/no_space_error.hpp"

#include <rocksdb/env.h>
#include <rocksdb/listener.h>

#include <system_error>

namespace consularia::infra::rocks {
namespace {

/// RocksDB writes LOG files into the database's directory unless it is given a logger.
class SilentLog final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;

    void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

/// Requests and flushes come first: a compaction takes what they leave of the processors, or it
/// would double all waiting times while it lasts. RocksDB slows writes down if it falls too far
/// behind.
class CompactionsYield final : public rocksdb::EventListener {
  public:
    /// Called by the thread that compacts, which does nothing else.
    void OnCompactionBegin(rocksdb::DB* /*db*/, const rocksdb::CompactionJobInfo& /*job*/)
        override {
        lower_thread_priority();
    }
};

}  // namespace

Db::~Db() {
    for (auto* family : families_) (void)db_->DestroyColumnFamilyHandle(family);
    if (db_) (void)db_->Close();
}

rocksdb::Status Db::open(
    const rocksdb::DBOptions& options,
    const std::filesystem::path& directory,
    const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
    Mode mode
) {
    const std::string path = directory.string();
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status;
    if (mode == Mode::read_only) {
        status = rocksdb::DB::OpenForReadOnly(options, path, families, &families_, &opened);
    } else {
        status = rocksdb::DB::Open(options, path, families, &families_, &opened);
    }
    db_.reset(opened);
    return status;
}

rocksdb::DBOptions quiet_options() {
    rocksdb::DBOptions options;
    options.info_log = std::make_shared<SilentLog>();
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    options.listeners.push_back(std::make_shared<CompactionsYield>());
    options.paranoid_checks = true;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    options.max_open_files = static_cast<int>(table_files_at(descriptor_limit()));
    return options;
}

std::set<std::string> files_in(const std::filesystem::path& directory) {
    std::set<std::string> names;
    // A directory that cannot be listed cannot be opened: the error is reported there.
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(directory, error)) {
        names.insert(file.path().filename());
    }
    return names;
}

rocksdb::ReadOptions verified_read() {
    rocksdb::ReadOptions options;
    options.verify_checksums = true;
    return options;
}

std::string words_of(const rocksdb::Status& status) {
    return status.ToString();
}

void throw_storage_error(const rocksdb::Status& status, const std::string& sentence) {
    if (status.IsNoSpace()) throw ledger::NoSpaceError(sentence);
    throw ledger::StorageError(sentence);
}

bool is_damage(const rocksdb::Status& status) {
    return status.IsCorruption() || status.IsNotFound() || status.IsInvalidArgument() ||
           status.IsNotSupported() || status.IsPathNotFound();
}

rocksdb::Slice slice_of(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}

}  // namespace consularia::infra::rocks
