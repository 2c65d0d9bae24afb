#include "cli/progress_bar.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <string_view>
#include <unistd.h>

namespace consularia::cli {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kWidth = 20;
constexpr milliseconds kDrawEvery{1000};
constexpr milliseconds kWriteEvery{5000};
/// Returns to the beginning of the terminal's line and erases it.
constexpr std::string_view kEraseLine = "\r\x1b[K";

/// What stands before " %"; empty if nothing does.
std::string bar_of(const std::string& text) {
    const auto end = text.find(" %");
    if (end == std::string::npos) return "";
    const auto begin = text.find_last_not_of("0123456789", end - 1) + 1;
    std::size_t percent = 0;
    std::from_chars(text.data() + begin, text.data() + end, percent);
    const auto done = std::min(kWidth, percent * kWidth / 100);
    return "[" + std::string(done, '#') + std::string(kWidth - done, ' ') + "] ";
}

}  // namespace

std::string draw_progress(const std::string& text) {
    return bar_of(text) + text;
}

ProgressBar::ProgressBar(const node::StartProgress& progress)
    : terminal_(::isatty(STDERR_FILENO) == 1),
      thread_(terminal_ ? kDrawEvery : kWriteEvery, [this, &progress] {
          const auto line = draw_progress(progress.text());
          if (terminal_) {
              std::cerr << kEraseLine << line << std::flush;
          } else {
              std::cerr << line << std::endl;
          }
      }) {}

ProgressBar::~ProgressBar() {
    thread_.stop();
    if (terminal_) std::cerr << kEraseLine << std::flush;
}

}  // namespace consularia::cli
