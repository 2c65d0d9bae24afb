#include "cli/export_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <fstream>
#include <future>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::cli {

namespace {

constexpr std::size_t kPieceBytes = 1 << 20;
constexpr std::size_t kUsualLine = 500;

using Digested = std::vector<ExportedRecord>;

/// The lines of a text whose last line may lack its line feed.
template <class Take>
void for_each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

Digested digest_lines(const std::string& lines) {
    Digested records;
    records.reserve(lines.size() / kUsualLine);
    for_each_line(lines, [&](std::string_view line) { records.push_back(digest_line(line)); });
    return records;
}

/// Where the last line begins, complete or not; 0 if it is the only one.
std::size_t begin_of_last(std::string_view text) {
    if (text.size() < 2) return 0;
    return text.rfind('\n', text.size() - 2) + 1;  // npos + 1 is 0
}

/// Cuts a file into pieces of whole lines. The last line of the file is in none of them.
class Pieces {
  public:
    explicit Pieces(const std::string& file) : name_(file), file_(file, std::ios::binary) {
        if (!file_.is_open()) fail();
    }

    /// Empty if only the last line is left, which is then rest().
    [[nodiscard]] std::string next() {
        std::string piece = std::exchange(rest_, {});
        while (read_on(piece)) {
            const auto end = begin_of_last(piece);
            if (end == 0) continue;
            rest_ = piece.substr(end);
            piece.resize(end);
            return piece;
        }
        rest_ = std::move(piece);
        return {};
    }

    [[nodiscard]] const std::string& rest() const { return rest_; }

  private:
    [[noreturn]] void fail() const { throw CannotTell(name_ + " cannot be read"); }

    /// Appends more, unless the file has ended or has a line that is too long: then no more is
    /// read.
    bool read_on(std::string& text) {
        if (file_.eof() || text.size() > kMaxExportLine + 1) return false;
        const auto size = text.size();
        text.resize(size + kPieceBytes);
        file_.read(text.data() + size, kPieceBytes);
        text.resize(size + static_cast<std::size_t>(file_.gcount()));
        if (!file_ && !file_.eof()) fail();
        return true;
    }

    std::string name_;
    std::ifstream file_;
    std::string rest_;
};

}  // namespace

std::string read_export(const std::string& file, ExportVerifier& verifier) {
    const std::size_t threads = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    Pieces pieces(file);
    std::deque<std::future<Digested>> digesting;
    bool more = true;
    while (more || !digesting.empty()) {
        while (more && digesting.size() < threads + 1) {
            auto piece = pieces.next();
            more = !piece.empty();
            if (!more) break;
            digesting.push_back(std::async(std::launch::async, digest_lines, std::move(piece)));
        }
        if (digesting.empty()) break;
        for (const auto& record : digesting.front().get()) verifier.take(record);
        digesting.pop_front();
    }
    std::string_view last = pieces.rest();
    if (last.ends_with('\n')) last.remove_suffix(1);
    return verifier.finish(last);
}

std::string for_each_record_line(
    const std::string& file, const std::function<void(std::string_view)>& take
) {
    Pieces pieces(file);
    for (auto piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        for_each_line(piece, take);
    }
    std::string last = pieces.rest();
    if (last.ends_with('\n')) last.pop_back();
    return last;
}

}  // namespace consularia::cli
