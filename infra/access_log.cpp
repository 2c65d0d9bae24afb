#include "infra/access_log.hpp"

#include "base/json_writer.hpp"
#include "base/utf8.hpp"
#include "infra/files.hpp"
#include "infra/private_files.hpp"
#include "ledger/log/no_space_error.hpp"
#include "ledger/record/json_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace consularia::infra {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kSyncEvery{1000};
constexpr std::string_view kPrefix = "access-";
constexpr std::string_view kSuffix = ".ndjson";

[[noreturn]] void fail(const std::string& what, const fs::path& path, int error) {
    const std::string sentence =
        "cannot " + what + " " + path.string() + ": " + std::system_category().message(error);
    if (error == ENOSPC || error == EDQUOT) throw ledger::NoSpaceError(sentence);
    throw ledger::StorageError(sentence);
}

fs::path name_of(const fs::path& directory, std::uint64_t number) {
    auto digits = std::to_string(number);
    digits.insert(0, 8 - std::min<std::size_t>(8, digits.size()), '0');
    return directory / (std::string(kPrefix) + digits + std::string(kSuffix));
}

/// The numbers of the files that are there, ascending.
std::vector<std::uint64_t> files_in(const fs::path& directory) {
    std::vector<std::uint64_t> numbers;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
        const auto digits =
            name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
        const bool number =
            !digits.empty() && digits.size() < 19 &&
            std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
        if (number) numbers.push_back(std::stoull(digits));
    }
    if (error) fail("list", directory, error.value());
    std::ranges::sort(numbers);
    return numbers;
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file) fail("read", path, EIO);
    return content;
}

/// A line's place in the chain.
struct LineLink {
    std::uint64_t number = 0;
    ledger::Hash previous{};
    std::string organization;
};

std::optional<LineLink> link_of(std::string_view line) {
    const auto json = ledger::JsonText::parse(line);
    if (!json || !json->is_strict()) return std::nullopt;
    const auto* const number = json->root().find("n");
    const auto counted = number != nullptr ? number->integer() : std::nullopt;
    const auto previous = ledger::parse_hash(json->root().find_text("prev"));
    if (!counted || *counted < 1 || !previous) return std::nullopt;
    return LineLink{
        static_cast<std::uint64_t>(*counted),
        *previous,
        std::string(json->root().find_text("organization"))};
}

std::string line_of(
    const Access& access, std::uint64_t number, const ledger::Hash& previous, std::uint64_t missed
) {
    JsonWriter json;
    json.begin_object();
    json.number("n", static_cast<std::int64_t>(number));
    json.text("prev", ledger::to_hex(previous));
    json.text("time", domain::format(access.time));
    json.text("organization", access.organization.to_string());
    json.text("token", access.token.to_string());
    json.text("method", access.method);
    json.text("path", replace_invalid_utf8(std::string(access.path)));
    json.text("query", replace_invalid_utf8(std::string(access.query)));
    json.number("status", access.status);
    json.text("request_id", access.request_id);
    if (missed > 0) json.number("missed", static_cast<std::int64_t>(missed));
    json.end_object();
    return json.take();
}

}  // namespace

AccessLog::AccessLog(fs::path directory, std::uint64_t file_bytes)
    : directory_(std::move(directory)), file_bytes_(file_bytes), thread_(kSyncEvery, [this] {
          write_waiting();
          sync();
      }) {}

AccessLog::~AccessLog() {
    thread_.stop();
    write_waiting();
    sync();
    close();
}

void AccessLog::append(const Access& access) {
    const std::lock_guard lock(mutex_);
    if (file_ < 0) open();
    if (size_ >= file_bytes_) begin_file(file_number_ + 1);
    const auto missed = missed_.load();
    const auto line = line_of(access, line_ + 1, last_, missed);
    const std::string whole = line + '\n';
    std::string_view rest = whole;
    while (!rest.empty()) {
        const auto written = ::write(file_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const int error = errno;
            // The next line must not follow a part of this one. If it cannot be cut off now, the
            // next opening does it.
            [[maybe_unused]] const int cut = ::ftruncate(file_, static_cast<off_t>(size_));
            close();
            fail("write", name_of(directory_, file_number_), error);
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    dirty_ = true;
    size_ += whole.size();
    ++line_;
    missed_ -= missed;
    last_ = ledger::sha256(line);
}

void AccessLog::append_later(const Access& access) {
    const auto bytes = sizeof(Waiting) + access.path.size() + access.query.size();
    const std::lock_guard lock(waiting_mutex_);
    if (waiting_bytes_ + bytes > kWaitingBytes) return miss();
    waiting_bytes_ += bytes;
    waiting_.push_back(
        {access,
         std::string(access.method),
         std::string(access.path),
         std::string(access.query),
         std::string(access.request_id)}
    );
}

void AccessLog::write_waiting() {
    std::vector<Waiting> waiting;
    {
        const std::lock_guard lock(waiting_mutex_);
        waiting.swap(waiting_);
        waiting_bytes_ = 0;
    }
    std::size_t written = 0;
    try {
        for (auto& [access, method, path, query, request_id] : waiting) {
            access.method = method;
            access.path = path;
            access.query = query;
            access.request_id = request_id;
            append(access);
            ++written;
        }
    } catch (const ledger::StorageError& error) {
        missed_ += waiting.size() - written;
        spdlog::error(
            "{} reads are not in the access log: {}", waiting.size() - written, error.what()
        );
    }
}

/// Goes on after the last whole line of the last file.
void AccessLog::open() {
    make_private_directory(directory_);
    const auto files = files_in(directory_);
    line_ = 0;
    last_ = {};
    if (files.empty()) return begin_file(1);
    // A file may have been begun and got no line yet.
    for (auto number = files.rbegin(); number != files.rend(); ++number) {
        const auto path = name_of(directory_, *number);
        const auto content = read_file(path);
        const auto end = content.rfind('\n');
        if (end == std::string::npos && number + 1 != files.rend()) continue;
        if (end != std::string::npos) {
            const auto begin = end == 0 ? std::string::npos : content.rfind('\n', end - 1);
            const auto at = begin == std::string::npos ? 0 : begin + 1;
            const auto line = std::string_view(content).substr(at, end - at);
            const auto link = link_of(line);
            if (!link) {
                throw ledger::StorageError(
                    "the last line of " + path.string() +
                    " is damaged: `consularia audit "
                    "access-log` shows where; move the directory aside to go on"
                );
            }
            line_ = link->number;
            last_ = ledger::sha256(line);
        }
        break;
    }
    const auto path = name_of(directory_, files.back());
    const auto content = read_file(path);
    const auto end = content.rfind('\n');
    size_ = end == std::string::npos ? 0 : end + 1;
    file_number_ = files.back();
    file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file_ < 0) fail("open", path, errno);
    if (::ftruncate(file_, static_cast<off_t>(size_)) != 0) {
        const int error = errno;
        close();
        fail("cut", path, error);
    }
}

void AccessLog::begin_file(std::uint64_t number) {
    const auto path = name_of(directory_, number);
    const int opened =
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (opened < 0) fail("create", path, errno);
    if (file_ >= 0 && dirty_) (void)::fdatasync(file_);
    close();
    file_ = opened;
    file_number_ = number;
    size_ = 0;
    sync_directory(directory_);
}

void AccessLog::close() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
}

/// What cannot be synced now is tried again: the lines are there unless the machine fails.
void AccessLog::sync() {
    int copy = -1;
    {
        const std::lock_guard lock(mutex_);
        if (!dirty_ || file_ < 0) return;
        dirty_ = false;
        copy = ::dup(file_);
    }
    const bool synced = copy >= 0 && ::fdatasync(copy) == 0;
    if (copy >= 0) ::close(copy);
    if (synced) return;
    const std::lock_guard lock(mutex_);
    dirty_ = true;
}

AccessLogCheck check_access_log(
    const fs::path& directory,
    const std::function<void(std::string_view, std::string_view)>& on_line
) {
    AccessLogCheck check;
    ledger::Hash previous{};
    for (const auto number : files_in(directory)) {
        const auto path = name_of(directory, number);
        const auto content = read_file(path);
        std::string_view rest = content;
        for (std::uint64_t at = 1; rest.find('\n') != std::string_view::npos; ++at) {
            const auto line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(line.size() + 1);
            const auto link = link_of(line);
            const auto wrong = [&](const std::string& what) {
                check.fault =
                    path.filename().string() + ", line " + std::to_string(at) + ": " + what;
                return check;
            };
            if (!link) return wrong("this is no line of an access log.");
            if (check.last > 0 && link->number != check.last + 1) {
                return wrong(
                    "its number is " + std::to_string(link->number) + ", and the one before is " +
                    std::to_string(check.last) + "."
                );
            }
            const bool follows = check.last > 0 || link->number == 1;
            if (follows && link->previous != previous) {
                return wrong("it does not follow the line before: one of them was changed.");
            }
            if (check.first == 0) check.first = link->number;
            check.last = link->number;
            previous = ledger::sha256(line);
            on_line(line, link->organization);
        }
    }
    return check;
}

}  // namespace consularia::infra
