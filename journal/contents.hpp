#pragma once
// What a journal contains, read from its rows without a log. Throws StorageError.

#include "domain/ids.hpp"
#include "ledger/log/checkpoint.hpp"
#include "ledger/record/record.hpp"
#include "tables/store.hpp"

#include <functional>
#include <optional>
#include <string>

namespace consularia::journal {

/// How far any one partition has been read; empty if nothing was.
[[nodiscard]] std::optional<ledger::Checkpoint> find_checkpoint(const tables::Reader& reader);

/// Whether there are bytes of facts, or no facts at all.
[[nodiscard]] bool has_copies(const tables::Reader& reader);

/// Calls back with the bytes of each fact that the journal has a copy of: partition by partition in
/// log order, and so each organization's in the order of their sequences.
void for_each_copy(
    const tables::Reader& reader, const std::function<void(std::string value)>& callback
);

/// Calls back with the head of each organization.
void for_each_head(
    const tables::Reader& reader,
    const std::function<void(domain::OrganizationId, const ledger::Head&)>& callback
);

}  // namespace consularia::journal
