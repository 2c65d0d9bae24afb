#pragma once
// How a database's table files are checked, and how the results are reported.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace consularia::infra::rocks {

struct CheckOptions {
    std::filesystem::path record;  ///< The list of files known to be sound; empty: none is kept.
    std::uint64_t at_start_bytes = 32 << 20;  ///< The most that a start reads.
    std::uint64_t bytes_per_s = 0;            ///< The rate of the check in the background; 0: no
                                              ///< such check.

    /// The results so far; reported after each file, from the checking thread. The last report of
    /// a database that is closed has none.
    struct Report {
        std::filesystem::path record;  ///< Names the database: CheckOptions::record.
        std::size_t sound = 0;
        std::size_t unchecked = 0;
        std::vector<std::string> damage = {};  ///< A sentence for each damaged file.
    };

    std::function<void(const Report&)> on_report;
};

}  // namespace consularia::infra::rocks
