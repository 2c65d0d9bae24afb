#pragma once
// A progress bar on the terminal: "[#######             ] rebuilding the read store: 35 %, 2 min
// left".

#include "base/periodic.hpp"
#include "node/start_progress.hpp"

#include <string>

namespace consularia::cli {

/// One line, without its end. A text without a percentage has no bar.
[[nodiscard]] std::string draw_progress(const std::string& text);

/// Draws the text on standard error from time to time while this lives; where that is no terminal,
/// it writes a line less often.
class ProgressBar {
  public:
    /// The progress outlives this.
    explicit ProgressBar(const node::StartProgress& progress);
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar();

  private:
    const bool terminal_;
    Periodic thread_;
};

}  // namespace consularia::cli
