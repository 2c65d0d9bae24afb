#pragma once
// File descriptors: how many the process may have, and how they are allotted. Databases come first:
// without a descriptor a connection is turned away, but a database fails.

#include <cstddef>
#include <cstdint>

namespace consularia::infra {

/// How many files this process may have open: the soft limit of RLIMIT_NOFILE.
[[nodiscard]] std::uint64_t descriptor_limit();

/// Raises that to the hard limit, if the system allows it, and returns it.
std::uint64_t raise_descriptor_limit();

/// How many table files each database keeps open, at most, under this limit.
[[nodiscard]] std::size_t table_files_at(std::uint64_t limit);

/// How many connections fit under this limit beside the databases of a node and `reserve` other
/// descriptors. Never less than the minimum with which a node is usable.
[[nodiscard]] std::size_t connections_at(std::uint64_t limit, std::uint64_t reserve);

}  // namespace consularia::infra
