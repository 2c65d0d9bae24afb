#include "node/ledger_backend.hpp"

#include "node/usage_error.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>

namespace consularia::node {
namespace {

using testing::HasSubstr;

StoreOptions with_ledger(const std::string& ledger) {
    StoreOptions options;
    options.ledger = ledger;
    options.partitions = 7;
    return options;
}

/// The sentence of the UsageError; empty if there is none.
template <class Act>
std::string refusal_of(const Act& act) {
    try {
        (void)act();
        return "";
    } catch (const UsageError& error) {
        return error.what();
    }
}

TEST(LedgerBackend, IsChosenByItsOption) {
    const auto embedded = choose_ledger(with_ledger("embedded"));
    EXPECT_FALSE(embedded->shared());
    EXPECT_EQ(embedded->partitions(), 1U);
    EXPECT_EQ(embedded->files(), 0U);
    const auto kafka = choose_ledger(with_ledger("kafka:127.0.0.1:9092"));
    EXPECT_TRUE(kafka->shared());
    EXPECT_EQ(kafka->partitions(), 7U);
    EXPECT_GT(kafka->files(), 0U);
}

TEST(LedgerBackend, WritesTheFormatThatHelpNames) {
    EXPECT_EQ(choose_ledger(with_ledger("embedded"))->write_format(), ledger::kNewestFormat);
    EXPECT_EQ(
        choose_ledger(with_ledger("kafka:127.0.0.1:9092"))->write_format(),
        ledger::WriteFormat::verbatim
    );
    EXPECT_EQ(default_write_formats(), "3 for embedded, 1 for kafka:HOST:PORT,…");
}

TEST(LedgerBackend, AnythingElseIsRefusedWithAllForms) {
    for (const auto* ledger : {"", "paper", "embedded:data", "kafka", "kafka:"}) {
        EXPECT_EQ(
            refusal_of([&] { return choose_ledger(with_ledger(ledger)); }),
            "--ledger must be embedded or kafka:HOST:PORT,… and not \"" + std::string(ledger) +
                "\"."
        );
    }
}

TEST(LedgerBackend, ASideOfACopyNamesADirectoryOrBrokers) {
    EXPECT_FALSE(choose_side("--from", "embedded:data", {})->shared());
    EXPECT_TRUE(choose_side("--to", "kafka:127.0.0.1:9092", {})->shared());
    EXPECT_EQ(choose_side("--from", "journal:data", {})->partitions(), 1U);
    for (const auto* side : {"", "embedded", "embedded:", "kafka:", "journal:", "data"}) {
        EXPECT_EQ(
            refusal_of([&] { return choose_side("--to", side, {}); }),
            "--to must be embedded:DIR or kafka:HOST:PORT,… or journal:DIR and not \"" +
                std::string(side) + "\"."
        );
    }
}

TEST(LedgerBackend, AJournalIsOnlyReadAndMustHaveFacts) {
    const test::TemporaryDirectory directory;
    const auto journal = choose_side("--to", "journal:" + directory.path().string(), {});
    EXPECT_THAT(refusal_of([&] { return journal->open_alone(); }), HasSubstr("can only be read"));
    EXPECT_THAT(refusal_of([&] { return journal->identity(); }), HasSubstr("has no facts"));
}

TEST(LedgerBackend, OptionsThatItsKindDoesNotTakeAreRefusedWhenItIsChosen) {
    auto options = with_ledger("kafka:127.0.0.1:9092");
    options.kafka_config = {"client.rack"};
    EXPECT_THAT(
        refusal_of([&] { return choose_ledger(options); }), HasSubstr("--kafka-config must be")
    );
    options.ledger = "embedded";
    EXPECT_EQ(refusal_of([&] { return choose_ledger(options); }), "");
}

}  // namespace
}  // namespace consularia::node
