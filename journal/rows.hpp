#pragma once
// The keys and values of the journal's rows. Decoding throws ledger::StorageError.

#include "domain/ids.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/record.hpp"
#include "tables/store.hpp"

#include <string>
#include <string_view>

namespace consularia::journal {

/// meta: the form of the rows.
inline constexpr std::string_view kFormatKey = "format";
/// The range of the keys of checkpoints.
inline constexpr std::string_view kCheckpoints = "checkpoint/";
inline constexpr std::string_view kAfterCheckpoints = "checkpoint0";
[[nodiscard]] std::string checkpoint_key(ledger::Partition partition);
[[nodiscard]] std::string organization_key(domain::OrganizationId organization);
[[nodiscard]] domain::OrganizationId organization_in(std::string_view key);
[[nodiscard]] std::string fact_key(domain::OrganizationId organization, ledger::Sequence sequence);
/// The end of the organization's keys of facts.
[[nodiscard]] std::string after_facts(domain::OrganizationId organization);

[[nodiscard]] std::string encode_head(const ledger::Head& head);
/// Sequence 0 when the organization has no facts.
[[nodiscard]] ledger::Head find_head(
    const tables::Reader& reader, domain::OrganizationId organization
);

/// Where a record is: a value in `places`, a key in `records`, ordered as the log is.
struct Place {
    ledger::Partition partition = 0;
    ledger::Position position = 0;
};

[[nodiscard]] std::string encode_place(ledger::Partition partition, ledger::Position position);
[[nodiscard]] Place decode_place(std::string_view place);

}  // namespace consularia::journal
