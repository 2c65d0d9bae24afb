#include "infra/descriptors.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace consularia::infra {

namespace {

/// Ledger, journal, read store, and a read store that is built beside it.
constexpr std::uint64_t kDatabases = 4;
constexpr std::uint64_t kFewestTableFiles = 20;
constexpr std::uint64_t kMostTableFiles = 512;
/// Other files that a database keeps open: log, manifest, directories, files being written, and
/// tables that readers still hold.
constexpr std::uint64_t kOtherFilesOfDatabase = 20;
constexpr std::uint64_t kFewestConnections = 16;

rlimit limit_now() {
    rlimit limit{};
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    return limit;
}

}  // namespace

std::uint64_t descriptor_limit() {
    return limit_now().rlim_cur;
}

std::uint64_t raise_descriptor_limit() {
    rlimit limit = limit_now();
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);  // Only the limit in force afterwards counts.
    return descriptor_limit();
}

std::size_t table_files_at(std::uint64_t limit) {
    return std::clamp(limit / 16, kFewestTableFiles, kMostTableFiles);
}

std::size_t connections_at(std::uint64_t limit, std::uint64_t reserve) {
    const auto others = reserve + kDatabases * (table_files_at(limit) + kOtherFilesOfDatabase);
    return std::max(kFewestConnections, limit - std::min(limit, others));
}

}  // namespace consularia::infra
