#include "infra/kafka/shared_deliveries.hpp"

#include "base/check.hpp"
#include "infra/kafka/progress_codec.hpp"
#include "ledger/log/storage_error.hpp"
#include "reactions/webhooks/deliveries.hpp"
#include "reactions/webhooks/row_codec.hpp"
#include "reactions/webhooks/table.hpp"

namespace consularia::infra::kafka {

namespace webhooks = reactions::webhooks;
using webhooks::Table;

namespace {

std::optional<webhooks::Delivery> read(std::string_view key, std::string_view row) {
    try {
        return webhooks::rows::decode_delivery(key, row);
    } catch (const ledger::StorageError&) {
        return std::nullopt;
    }
}

}  // namespace

/// Remembers which rows of deliveries it changes.
class SharedDeliveries::Writes final : public tables::WriteSet {
  public:
    explicit Writes(std::unique_ptr<tables::WriteSet> own) : own_(std::move(own)) {}

    [[nodiscard]] std::optional<std::string> get(tables::TableId table, std::string_view key)
        const override {
        return own_->get(table, key);
    }

    [[nodiscard]] std::unique_ptr<tables::Cursor> scan(
        tables::TableId table, std::string_view from, std::string_view to
    ) const override {
        return own_->scan(table, from, to);
    }

    void put(tables::TableId table, std::string_view key, std::string_view value) override {
        own_->put(table, key, value);
        if (table == tables::TableId(Table::deliveries)) changes_.emplace_back(key, value);
    }

    void erase(tables::TableId table, std::string_view key) override {
        own_->erase(table, key);
        if (table == tables::TableId(Table::deliveries)) changes_.emplace_back(key, std::nullopt);
    }

    [[nodiscard]] std::size_t bytes() const override { return own_->bytes(); }

    [[nodiscard]] std::unique_ptr<tables::WriteSet> take() { return std::move(own_); }

    [[nodiscard]] std::vector<Told>& changes() { return changes_; }

  private:
    std::unique_ptr<tables::WriteSet> own_;
    std::vector<Told> changes_;
};

std::unique_ptr<tables::WriteSet> SharedDeliveries::write_set() {
    return std::make_unique<Writes>(own_.write_set());
}

void SharedDeliveries::commit(std::unique_ptr<tables::WriteSet> writes) {
    auto* const ours = dynamic_cast<Writes*>(writes.get());
    CHECK(ours != nullptr);
    const std::lock_guard lock(mutex_);
    own_.commit(ours->take());
    for (auto& [key, row] : ours->changes()) board_.tell(format_row_key(key), std::move(row));
}

void SharedDeliveries::take_over(const std::vector<Told>& rows) {
    if (rows.empty()) return;
    const std::lock_guard lock(mutex_);
    auto writes = own_.write_set();
    for (const auto& [told_key, told] : rows) {
        const auto key = parse_row_key(told_key);
        if (!key) continue;
        if (!told) {
            writes->erase(Table::deliveries, *key);
            continue;
        }
        const auto row = read(*key, *told);
        if (!row) continue;
        const auto kept = writes->get(Table::deliveries, *key);
        if (kept && !webhooks::knows_as_much(*row, webhooks::rows::decode_delivery(*key, *kept)))
            continue;
        writes->put(Table::deliveries, *key, *told);
    }
    own_.commit(std::move(writes));
}

}  // namespace consularia::infra::kafka
