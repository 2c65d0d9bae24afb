#pragma once
// How a database's table files are checked, and what is told of it.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace consularia::infra::rocks {

struct CheckOptions {
    std::filesystem::path record;  ///< Which files are known to be sound; empty: nothing is kept.
    std::uint64_t at_start_bytes = 32 << 20;  ///< Read at most by a start.
    std::uint64_t bytes_per_s = 0;            ///< Of the check in the background; 0: there is none.

    /// What is known, told after each file, from the checking thread.
    struct Report {
        std::size_t sound = 0;
        std::size_t unchecked = 0;
        std::vector<std::string> damage;  ///< A sentence for each damaged file.
    };

    std::function<void(const Report&)> on_report;
};

}  // namespace consularia::infra::rocks
