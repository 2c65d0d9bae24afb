// The read store as the witness of what the ledger must hold, from its files to the refusal.

#include "infra/crypto/signed_links.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/rocks/read_store.hpp"
#include "projections/projector.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/record_codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;

enum class Table : std::uint8_t { one, two };

class Witness : public testing::Test {
  protected:
    /// Applies what is in the ledger, void as it is, and closes the store.
    void apply_all() {
        const auto ledger = open_embedded_ledger(ledger_, {});
        const auto store = open_read_store(store_);
        const auto journal_store = open_store(journal_, journal::schema());
        journal::Journal journal(*journal_store);
        journal.open({ledger->identity(), 1, ledger->records()});
        projections::Projector projector(*store, journal, {links_, samples::codec()}, {});
        ledger::apply_all(
            projector, 0, ledger->tail(0, projector.next_position(0), {})->next(1000)
        );
        store->flush();
        journal_store->flush();
    }

    test::TemporaryDirectory directory_;
    fs::path ledger_ = directory_.path() / "ledger";
    fs::path journal_ = directory_.path() / "journal";
    fs::path store_ = directory_.path() / "read-store";
    SignedLinks links_{"https://meet.example", {LinkKey{1, std::string(32, 'k')}}};
};

TEST_F(Witness, PeekingTellsTheFingerprintAndTheCheckpoint) {
    const auto expected = test::make_ledger(ledger_, 100);
    apply_all();
    const auto state = peek_read_store(store_, 1);
    ASSERT_TRUE(state.has_value());
    EXPECT_EQ(
        state->fingerprint,
        projections::expected_fingerprint(links_, projections::ProjectorOptions{}.idempotency_ttl)
    );
    EXPECT_EQ(state->checkpoints.at(0), expected);
}

TEST_F(Witness, ATableThatAPeekedStoreLacksIsEmpty) {
    (void)open_store(store_, {"the store", {"one"}});
    const auto reader = peek_store(store_, {"the store", {"one", "two"}});
    for (const Table table : {Table::one, Table::two}) {
        EXPECT_EQ(reader->get(table, "key"), std::nullopt);
        EXPECT_FALSE(reader->scan(table, {}, {})->valid());
    }
}

TEST_F(Witness, TheJournalHasReadWhatIsApplied) {
    const auto expected = test::make_ledger(ledger_, 100);
    apply_all();
    const auto reader = peek_store(journal_, journal::schema());
    ASSERT_NE(reader, nullptr);
    EXPECT_EQ(journal::read_checkpoint(*reader, 0), expected);
    EXPECT_EQ(peek_store(directory_.path() / "none", journal::schema()), nullptr);
}

TEST_F(Witness, WhatWasAppliedMustBeInTheLedger) {
    test::make_ledger(ledger_, 100);
    apply_all();
    const auto witness = peek_read_store(store_, 1)->checkpoints.at(0);
    EXPECT_EQ(open_embedded_ledger(ledger_, {*witness})->ends().at(0), 100U);
    fs::remove_all(ledger_);
    EXPECT_THROW((void)open_embedded_ledger(ledger_, {*witness}), LedgerMismatch);
}

TEST_F(Witness, EachMustBeInTheLedgerHoweverFarOthersHaveRead) {
    const auto furthest = test::make_ledger(ledger_, 100);
    auto near = test::witness_of(*open_embedded_ledger_read_only(ledger_), 50);
    EXPECT_EQ(open_embedded_ledger(ledger_, {furthest, near})->ends().at(0), 100U);
    const auto expect_refusal = [&](const std::string& why) {
        try {
            (void)open_embedded_ledger(ledger_, {furthest, near});
            ADD_FAILURE() << "it was not compared";
        } catch (const LedgerMismatch& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr(why));
        }
    };
    near.last_hash = furthest.last_hash;
    expect_refusal("another record at position 49");
    near.ledger_identity = "another ledger";
    expect_refusal("this node has read the ledger another ledger");
}

}  // namespace
}  // namespace consularia::infra::rocks
