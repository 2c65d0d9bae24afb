#include "cli/temporary_file.hpp"

#include "ledger/log/storage_error.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace consularia::cli {

namespace fs = std::filesystem;

TemporaryFile::TemporaryFile() {
    std::error_code error;
    path_ = (fs::temp_directory_path(error) / "consularia-XXXXXX").string();
    const int file = error ? -1 : ::mkstemp(path_.data());
    if (file < 0) throw ledger::StorageError("cannot create a temporary file: set TMPDIR");
    ::close(file);
    out_.open(path_, std::ios::binary | std::ios::trunc);
}

TemporaryFile::~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
}

void TemporaryFile::append(std::string_view bytes) {
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out_) throw ledger::StorageError("cannot write the temporary file " + path_);
}

void TemporaryFile::finish() {
    out_.close();
    if (!out_) throw ledger::StorageError("cannot write the temporary file " + path_);
}

}  // namespace consularia::cli
