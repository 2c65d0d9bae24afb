#pragma once
// Asks a time-stamping authority (TSA) for stamps of the heads that `audit sign` keeps.

#include "infra/crypto/time_stamps.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace consularia::cli {

/// Where the stamp of a head is kept: the same name with the suffix `.tsr`.
[[nodiscard]] std::filesystem::path stamp_of(const std::filesystem::path& head);

struct StampOptions {
    std::string url;  ///< The TSA's; empty: no stamps.
    std::string ca;   ///< A PEM file; empty: whose signature a stamp has is not checked here.
    std::chrono::seconds timeout{10};
};

class HeadStamper {
  public:
    /// A round is given up after so many failures, one after another: the TSA is down, and there
    /// may be thousands of heads.
    static constexpr std::size_t kMaxFailures = 3;

    /// Throws UsageError if the URL is none, or the certificates cannot be read.
    explicit HeadStamper(StampOptions options);

    /// Stamps those of the heads that have no stamp, and prints how many; says why on standard
    /// error for each that did not get one. The next call tries them again, beginning where this
    /// one gave up. Returns how many still have none. Throws StorageError if a stamp cannot be
    /// kept.
    std::size_t stamp(const std::vector<std::filesystem::path>& heads);

  private:
    /// Why there is no stamp; empty if there is one now.
    [[nodiscard]] std::string ask(const std::filesystem::path& head) const;

    StampOptions options_;
    std::optional<infra::StampTrust> trust_;
    std::filesystem::path last_tried_;
};

}  // namespace consularia::cli
