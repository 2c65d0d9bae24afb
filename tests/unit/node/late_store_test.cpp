// A store that is opened late, and replaced while a projector applies to it.

#include "node/late_store.hpp"

#include "ledger/log/storage_error.hpp"
#include "projections/aggregate_rows.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace consularia::node {
namespace {

using namespace samples;
using projections::all_rows;
using projections::differing_tables;
using projections::Projector;
using projections::rows_beside_meta;
using projections::Table;
using testing::IsEmpty;

std::shared_ptr<test::MemoryReadStore> marked_store(const std::string& mark) {
    auto store = std::make_shared<test::MemoryReadStore>();
    auto writes = store->write_set();
    writes->put(Table::meta, "mark", mark);
    store->commit(std::move(writes));
    return store;
}

TEST(LateStore, FailsUntilItIsOpen) {
    LateStore store;
    EXPECT_FALSE(store.is_open());
    EXPECT_THROW((void)store.snapshot(), ledger::StorageError);
    EXPECT_THROW((void)store.write_set(), ledger::StorageError);
    EXPECT_NO_THROW(store.flush());
    store.open(std::make_unique<test::MemoryReadStore>());
    EXPECT_TRUE(store.is_open());
    EXPECT_NO_THROW((void)store.snapshot());
}

TEST(LateStore, ReadsFromTheStoreThatReplacedAnotherAndKeepsSnapshotsOfThat) {
    LateStore store;
    store.open(std::make_unique<test::MemoryReadStore>());
    const auto before = store.snapshot();
    const auto previous = store.replace(marked_store("new"));
    EXPECT_EQ(before->get(Table::meta, "mark"), std::nullopt);
    EXPECT_EQ(store.snapshot()->get(Table::meta, "mark"), "new");
    EXPECT_EQ(previous.use_count(), 1);
}

/// A projector, and the store that its rows are in at the moment.
class ReplacedRowsTest : public testing::Test {
  protected:
    ReplacedRowsTest() {
        auto first = std::make_shared<test::MemoryReadStore>();
        late_.open(std::make_unique<test::MemoryReadStore>());
        (void)late_.replace(first);
        now_ = std::move(first);
        projector_.emplace(late_, journal_.journal, inputs(), projections::ProjectorOptions{});
    }

    projections::RowInputs inputs() { return {links_, codec()}; }

    /// Builds a store from the journal and lets it take the place of the present one.
    void replace() {
        auto built = std::make_shared<test::MemoryReadStore>();
        Projector builder(*built, journal_.journal, inputs(), {});
        projector_->while_idle([&] {
            while (builder.catch_up(0) > 0) {
            }
            (void)late_.replace(built);
            now_ = std::move(built);
        });
    }

    void apply(const std::string& value) {
        ledger::apply_all(*projector_, 0, entries({value}, projector_->next_position(0)));
    }

    test::MemoryJournal journal_;
    projections::PlainLinks links_;
    LateStore late_;
    std::shared_ptr<test::MemoryReadStore> now_;
    std::optional<Projector> projector_;
};

std::vector<std::string> history_of(std::uint32_t appointments) {
    History history;
    std::vector<std::string> values{history.create()};
    for (std::uint32_t n = 1; n <= appointments; ++n) values.push_back(history.schedule(n));
    for (std::uint32_t n = 1; n <= appointments; n += 2) {
        values.push_back(history.add(appointment_id(n), domain::AppointmentDeleted{}));
    }
    return values;
}

TEST_F(ReplacedRowsTest, RowsAreTheSameWhereverTheyWereReplaced) {
    const auto values = history_of(40);
    projections::Node undisturbed;
    for (std::size_t i = 0; i < values.size(); ++i) {
        apply(values[i]);
        undisturbed.apply(values[i]);
        if (i % 3 == 0) replace();
    }
    EXPECT_THAT(differing_tables(all_rows(*now_), all_rows(undisturbed.store)), IsEmpty());
}

TEST_F(ReplacedRowsTest, RowsAreReplacedWhileOthersReadAndApply) {
    const auto values = history_of(50);
    {
        const std::jthread reading([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                const auto reader = projector_->read();
                (void)reader->state(organization_id(1), appointment_id(2));
            }
        });
        const std::jthread replacing([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) replace();
        });
        for (const auto& value : values) apply(value);
    }
    projections::Node undisturbed;
    undisturbed.apply(values);
    EXPECT_THAT(
        differing_tables(rows_beside_meta(*now_), rows_beside_meta(undisturbed.store)), IsEmpty()
    );
}

class NewLinks final : public projections::Links {
  public:
    std::string access_link(domain::OrganizationId, domain::AppointmentId, domain::ParticipantId)
        const override {
        return "https://new.example/join";
    }

    std::optional<projections::LinkTarget> verify(std::string_view) const override {
        return std::nullopt;
    }

    std::string fingerprint() const override { return "new"; }
};

TEST_F(ReplacedRowsTest, WhatWasRememberedOfTheOldRowsIsForgotten) {
    History history;
    for (const auto& value : {history.create(), history.schedule()}) apply(value);
    const auto before = projector_->read();
    (void)before->state_of(organization_id(1), appointment_id(1));

    const NewLinks links;
    auto built = std::make_shared<test::MemoryReadStore>();
    Projector builder(*built, journal_.journal, {links, codec()}, {});
    projector_->while_idle([&] {
        while (builder.catch_up(0) > 0) {
        }
        (void)late_.replace(built);
    });
    // What the old snapshot reads from now on is not remembered for the new rows.
    (void)before->state_of(organization_id(1), appointment_id(1));

    const auto value = history.add(
        appointment_id(1),
        domain::AppointmentUpdated{
            {},
            domain::Change<domain::Timestamp>{kStart, kStart + std::chrono::hours(1)},
            {},
            {},
            {}}
    );
    const auto judged = projector_->apply(
        0, entries({value}, projector_->next_position(0)), projections::Node::everything
    );
    auto rendering = judged.front().rendering;
    ASSERT_NE(projections::json_in(rendering), nullptr);
    const auto shown = *projections::json_in(rendering);
    EXPECT_NE(shown.find("https://new.example"), std::string::npos) << shown;
    EXPECT_EQ(shown.find("https://c.example"), std::string::npos) << shown;
}

}  // namespace
}  // namespace consularia::node
