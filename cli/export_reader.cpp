#include "cli/export_reader.hpp"

#include "cli/ordered_work.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <thread>

namespace consularia::cli {

namespace {

constexpr std::size_t kPieceBytes = 256 << 10;

/// The lines of a text whose last line may lack its line feed.
template <class Take>
void for_each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
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

    /// The next piece, which lies in the buffer behind one byte that is not the file's; only the
    /// buffer grows. Empty if only the last line is left, which is then rest(). So is a line that
    /// is too long: nothing behind it is read.
    [[nodiscard]] std::string_view next(std::string& buffer) {
        auto size = 1 + rest_.size();
        if (buffer.size() < size) buffer.resize(size);
        rest_.copy(buffer.data() + 1, rest_.size());
        while (!file_.eof() && size <= kMaxExportLine + 2) {
            size += read_at(size, buffer);
            const auto text = std::string_view(buffer).substr(1, size - 1);
            const auto end = begin_of_last(text);
            if (end == 0 || text.find('\n') > kMaxExportLine) continue;
            rest_ = text.substr(end);
            return text.substr(0, end);
        }
        rest_.assign(buffer, 1, size - 1);
        return {};
    }

    [[nodiscard]] const std::string& rest() const { return rest_; }

  private:
    [[noreturn]] void fail() const { throw CannotTell(name_ + " cannot be read"); }

    [[nodiscard]] std::size_t read_at(std::size_t place, std::string& buffer) {
        if (buffer.size() < place + kPieceBytes) buffer.resize(place + kPieceBytes);
        file_.read(buffer.data() + place, kPieceBytes);
        if (!file_ && !file_.eof()) fail();
        return static_cast<std::size_t>(file_.gcount());
    }

    std::string name_;
    std::ifstream file_;
    std::string rest_;
};

struct ReadPiece {
    std::string buffer;
    std::size_t bytes = 0;  ///< Those of its lines.
    ExportedPiece piece;

    void digest() { piece.digest(std::span(buffer).first(1 + bytes)); }
};

}  // namespace

std::string read_export(const std::string& file, ExportVerifier& verifier) {
    const std::size_t threads = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    Pieces pieces(file);
    {
        const auto read = [&](ReadPiece& next) {
            next.bytes = pieces.next(next.buffer).size();
            return next.bytes > 0;
        };
        OrderedWork<ReadPiece> digested(threads, read, &ReadPiece::digest);
        while (const auto* const next = digested.next()) verifier.take(next->piece);
    }
    std::string_view last = pieces.rest();
    if (last.ends_with('\n')) last.remove_suffix(1);
    return verifier.finish(last);
}

std::string for_each_record_line(
    const std::string& file, const std::function<void(std::string_view)>& take
) {
    Pieces pieces(file);
    std::string buffer;
    for (auto lines = pieces.next(buffer); !lines.empty(); lines = pieces.next(buffer)) {
        for_each_line(lines, take);
    }
    std::string last = pieces.rest();
    if (last.ends_with('\n')) last.pop_back();
    return last;
}

}  // namespace consularia::cli
