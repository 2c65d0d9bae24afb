#include "infra/data_dir_lock.hpp"

#include "ledger/log/storage_error.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace consularia::infra {

namespace {

/// is_held() holds the lock for a moment.
constexpr std::chrono::milliseconds kMoment{10};
constexpr int kTries = 20;

/// Otherwise errno says why not.
bool locks_soon(int file) {
    for (int tries = 1; ::flock(file, LOCK_EX | LOCK_NB) != 0; ++tries) {
        if (errno != EWOULDBLOCK || tries == kTries) return false;
        std::this_thread::sleep_for(kMoment);
    }
    return true;
}

}  // namespace

DataDirLock::DataDirLock(const std::filesystem::path& directory)
    : file_(::open((directory / "LOCK").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
    if (file_ >= 0 && locks_soon(file_)) return;
    const int error = errno;
    if (file_ >= 0) ::close(file_);
    if (error == EWOULDBLOCK) {
        throw ledger::StorageError(
            "the data directory " + directory.string() + " is in use by another process"
        );
    }
    throw ledger::StorageError(
        "cannot lock the data directory " + directory.string() + ": " +
        std::system_category().message(error)
    );
}

bool DataDirLock::is_held(const std::filesystem::path& directory) {
    const int file = ::open((directory / "LOCK").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(file);
    return held;
}

DataDirLock::~DataDirLock() {
    ::close(file_);
}

}  // namespace consularia::infra
