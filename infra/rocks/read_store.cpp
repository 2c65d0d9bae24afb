#include "infra/rocks/read_store.hpp"

namespace consularia::infra::rocks {

namespace {

const tables::Schema& schema() {
    static const auto schema = tables::schema_of<projections::Table>("the read store");
    return schema;
}

}  // namespace

std::unique_ptr<projections::ReadStore> open_read_store(
    const std::filesystem::path& directory, const StoreOptions& options
) {
    return open_store(directory, schema(), options);
}

std::uint64_t ReadStoreState::applied() const {
    std::uint64_t sum = 0;
    for (const auto& checkpoint : checkpoints) sum += checkpoint ? checkpoint->next : 0;
    return sum;
}

std::optional<ReadStoreState> peek_read_store(
    const std::filesystem::path& directory, ledger::Partition partitions, const CheckOptions* checks
) {
    const auto reader = peek_store(directory, schema(), checks);
    if (!reader) return std::nullopt;
    ReadStoreState state{
        projections::read_fingerprint(*reader),
        projections::read_vocabulary(*reader),
        projections::read_skipped_types(*reader),
        {}};
    for (ledger::Partition partition = 0; partition < partitions; ++partition) {
        state.checkpoints.push_back(projections::read_checkpoint(*reader, partition));
    }
    return state;
}

}  // namespace consularia::infra::rocks
