#include "infra/rocks/sync_watch.hpp"

#include <rocksdb/file_system.h>

#include <string>
#include <utility>

namespace consularia::infra::rocks {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class WatchedFile final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    WatchedFile(std::unique_ptr<rocksdb::FSWritableFile> file, SyncWatch& watch, bool is_log)
        : FSWritableFileOwnerWrapper(std::move(file)), watch_(watch), is_log_(is_log) {}

    IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug)
        override {
        if (is_log_) ++watch_.log_writes;
        return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }

    IOStatus Append(
        const rocksdb::Slice& data,
        const IOOptions& options,
        const rocksdb::DataVerificationInfo& verification,
        IODebugContext* debug
    ) override {
        if (is_log_) ++watch_.log_writes;
        return FSWritableFileOwnerWrapper::Append(data, options, verification, debug);
    }

    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
        return noted(FSWritableFileOwnerWrapper::Sync(options, debug));
    }

    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return noted(FSWritableFileOwnerWrapper::Fsync(options, debug));
    }

    IOStatus RangeSync(
        std::uint64_t offset, std::uint64_t size, const IOOptions& options, IODebugContext* debug
    ) override {
        return noted(FSWritableFileOwnerWrapper::RangeSync(offset, size, options, debug));
    }

  private:
    IOStatus noted(IOStatus status) {
        if (!status.ok()) watch_.failed = true;
        return status;
    }

    SyncWatch& watch_;
    const bool is_log_;
};

class WatchedDirectory final : public rocksdb::FSDirectoryWrapper {
  public:
    WatchedDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, SyncWatch& watch)
        : FSDirectoryWrapper(std::move(directory)), watch_(watch) {}

    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        auto status = FSDirectoryWrapper::Fsync(options, debug);
        if (!status.ok()) watch_.failed = true;
        return status;
    }

    IOStatus FsyncWithDirOptions(
        const IOOptions& options,
        IODebugContext* debug,
        const rocksdb::DirFsyncOptions& directory_options
    ) override {
        auto status = FSDirectoryWrapper::FsyncWithDirOptions(options, debug, directory_options);
        if (!status.ok()) watch_.failed = true;
        return status;
    }

  private:
    SyncWatch& watch_;
};

class WatchedFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    WatchedFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base, SyncWatch& watch)
        : FileSystemWrapper(base), watch_(watch) {}

    const char* Name() const override { return "WatchedFileSystem"; }

    IOStatus NewWritableFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSWritableFile>* file,
        IODebugContext* debug
    ) override {
        auto status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
        if (status.ok()) {
            *file = std::make_unique<WatchedFile>(std::move(*file), watch_, name.ends_with(".log"));
        }
        return status;
    }

    IOStatus NewDirectory(
        const std::string& name,
        const IOOptions& options,
        std::unique_ptr<rocksdb::FSDirectory>* directory,
        IODebugContext* debug
    ) override {
        auto status = FileSystemWrapper::NewDirectory(name, options, directory, debug);
        if (status.ok()) {
            *directory = std::make_unique<WatchedDirectory>(std::move(*directory), watch_);
        }
        return status;
    }

  private:
    SyncWatch& watch_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> watched_env(rocksdb::Env& base, SyncWatch& watch) {
    return rocksdb::NewCompositeEnv(std::make_shared<WatchedFileSystem>(base.GetFileSystem(), watch)
    );
}

}  // namespace consularia::infra::rocks
