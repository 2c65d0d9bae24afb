#pragma once
// The log of every use of an auditor's token: chained lines of JSON in files of bounded size, so
// that a line which was changed, dropped or inserted shows (docs/operations.md, Access log).

#include "base/periodic.hpp"
#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "ledger/record/hash.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::infra {

/// A request, and the status of the answer that it is about to get.
struct Access {
    domain::Timestamp time;
    domain::OrganizationId organization;
    domain::TokenId token;
    std::string_view method;
    std::string_view path;
    std::string_view query;
    int status = 0;
    std::string_view request_id;
};

/// Thread-safe. Nothing is opened or written before the first use. Each line holds its number and
/// the SHA-256 of the line before it, across files; what a crash left of a line is cut off, and the
/// next line follows the last whole one.
class AccessLog {
  public:
    /// A file takes lines until it has this many bytes; then the next one begins.
    static constexpr std::uint64_t kFileBytes = std::uint64_t{16} << 20;

    explicit AccessLog(std::filesystem::path directory, std::uint64_t file_bytes = kFileBytes);
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;
    /// Syncs once more.
    ~AccessLog();

    /// Returns when the line is written: then it survives a crash of the process. It is synced
    /// within a second. Throws StorageError, NoSpaceError if the disk is full: then the line is not
    /// there.
    void append(const Access& access);

    /// Writes it within a second, so that nobody waits for the disk. What cannot be written then,
    /// or is too much to be kept until then, is missed.
    void append_later(const Access& access);

    /// Counts a use that is answered without a line: the next line says how many there were.
    void miss() { ++missed_; }

    /// What is kept until it is written has no more.
    static constexpr std::size_t kWaitingBytes = std::size_t{1} << 20;

  private:
    /// An Access that owns its texts.
    struct Waiting {
        Access access;
        std::string method;
        std::string path;
        std::string query;
        std::string request_id;
    };

    void open();
    void begin_file(std::uint64_t number);
    void close();
    void sync();
    void write_waiting();

    const std::filesystem::path directory_;
    const std::uint64_t file_bytes_;
    std::mutex mutex_;  ///< Guards everything below.
    int file_ = -1;
    std::uint64_t file_number_ = 0;
    std::uint64_t size_ = 0;  ///< The file's.
    std::uint64_t line_ = 0;  ///< The number of the last line.
    ledger::Hash last_{};     ///< The last line's.
    bool dirty_ = false;
    std::atomic<std::uint64_t> missed_ = 0;  ///< Since the last line; needs no mutex.

    std::mutex waiting_mutex_;  ///< Guards these two; nobody holds it while the disk works.
    std::vector<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;

    Periodic thread_;
};

/// What a check of the files has found.
struct AccessLogCheck {
    std::uint64_t first = 0;  ///< The number of the first line that is there; 0 without any.
    std::uint64_t last = 0;
    std::optional<std::string> fault;  ///< What is wrong first, and where: one sentence.
};

/// Reads all files in their order, also beside a server that writes, and calls `on_line` with each
/// line up to the first fault, and the organization in it. A line that is not complete yet does not
/// count. Throws StorageError if they cannot be read.
[[nodiscard]] AccessLogCheck check_access_log(
    const std::filesystem::path& directory,
    const std::function<void(std::string_view line, std::string_view organization)>& on_line
);

}  // namespace consularia::infra
