#pragma once
// A data directory whose ledger, journal and read store a test opens as a start does.

#include "infra/crypto/signed_links.hpp"
#include "node/read_stores.hpp"
#include "projections/keys.hpp"
#include "projections/queries.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/record_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace consularia::node {

using Rows = std::map<std::pair<std::size_t, std::string>, std::string>;

/// A row that no rebuild makes.
inline constexpr auto kNobodys = "a row of nobody's";
inline const Rows::key_type kNobodysRow{
    static_cast<std::size_t>(projections::Table::appointments), kNobodys};

class StoresTest : public testing::Test {
  protected:
    StoresTest() { settings_.rebuild.before_serving = std::chrono::hours(1); }

    /// What a start opens; the read store is null if its rebuild was stopped.
    struct Opened {
        std::unique_ptr<ledger::Ledger> ledger;
        std::unique_ptr<tables::Store> journal_store;
        std::unique_ptr<journal::Journal> journal;
        std::unique_ptr<projections::ReadStore> read_store;
    };

    [[nodiscard]] Opened open() {
        Opened opened;
        opened.ledger = open_ledger(dir_, settings_);
        opened.journal_store = open_journal(dir_, settings_);
        opened.journal = std::make_unique<journal::Journal>(*opened.journal_store);
        opened.journal->open({opened.ledger->identity(), 1, opened.ledger->records()});
        EXPECT_TRUE(read_ledger(*opened.journal, *opened.ledger, progress_, [] { return false; }));
        auto read =
            start_read_store({dir_, inputs(), settings_, *opened.journal}, progress_, [this] {
                told_.push_back(progress_.text());
                return told_.size() > give_up_after_;
            });
        opened.read_store = std::move(read.store);
        places_ = std::move(read.places);
        return opened;
    }

    [[nodiscard]] projections::RowInputs inputs() const { return {links_, *codec_}; }

    /// Appends to the ledger and applies it.
    void append(const std::vector<std::string>& values) {
        const auto stores = open();
        const auto from = stores.ledger->end(0);
        ASSERT_TRUE(std::holds_alternative<ledger::Appended>(stores.ledger->append(0, values)));
        const auto projector = make_projector(
            *stores.read_store,
            *stores.journal,
            inputs(),
            {.idempotency_ttl = settings_.idempotency_ttl}
        );
        ledger::apply_all(*projector, 0, samples::entries(values, from));
    }

    void fill() {
        std::vector<std::string> values{history_.create()};
        for (std::uint32_t n = 1; n <= 300; ++n) {
            values.push_back(history_.add(samples::with_key(
                history_.next(samples::appointment_id(n), samples::scheduled_event()),
                "key-" + std::to_string(n),
                1
            )));
        }
        values.push_back(history_.add(samples::appointment_id(7), domain::AppointmentDeleted{}));
        append(values);
    }

    [[nodiscard]] Rows rows() {
        Rows found;
        const auto stores = open();
        const auto reader = stores.read_store->snapshot();
        for (std::size_t table = 0; table < projections::kTableCount; ++table) {
            for (auto row = reader->scan(static_cast<projections::Table>(table), "", "");
                 row->valid();
                 row->next()) {
                found.emplace(std::pair(table, row->key()), row->value());
            }
        }
        return found;
    }

    void put(projections::Table table, std::string_view key, std::string_view value) {
        const auto stores = open();
        auto writes = stores.read_store->write_set();
        writes->put(table, key, value);
        stores.read_store->commit(std::move(writes));
    }

    const ledger::RecordCodec* codec_ = &samples::codec();
    samples::History history_;
    test::ManualClock clock_;
    StartProgress progress_{clock_};
    std::vector<std::string> told_;  ///< While the read store was rebuilt.
    std::size_t give_up_after_ = 1000;
    StoreSettings settings_;
    test::TemporaryDirectory temporary_;
    DataDir dir_{temporary_.path()};
    ReadPlaces places_;
    infra::SignedLinks links_{"https://c.example", {{1, std::string(32, 'k')}}};
};

}  // namespace consularia::node
