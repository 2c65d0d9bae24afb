#include "ledger/log/chain_verifier.hpp"

#include "tests/support/record_codec.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace consularia::ledger {
namespace {

const auto kOrganization = *domain::OrganizationId::parse("0190a000-0000-7000-8000-000000000001");

Record token_revoked(Sequence sequence, const Hash& prevhash) {
    return Record{
        Envelope{
            .id = {},
            .organization = kOrganization,
            .sequence = sequence,
            .prevhash = prevhash,
            .time = domain::Timestamp(std::chrono::microseconds(sequence)),
            .actor = AdminActor{},
            .request_id = "",
            .idempotency = std::nullopt,
        },
        OrganizationRecordEvent{{}, 0, domain::TokenRevoked{}}};
}

std::vector<std::string> chain_of(Sequence length) {
    std::vector<std::string> values;
    Hash prevhash{};
    for (Sequence sequence = 1; sequence <= length; ++sequence) {
        values.push_back(encode(token_revoked(sequence, prevhash)));
        prevhash = sha256(values.back());
    }
    return values;
}

/// The first fault in these values.
std::optional<ChainFault> verify(const std::vector<std::string>& values, bool shared) {
    ChainVerifier verifier(0, 1, shared);
    Position position = 0;
    for (const auto& value : values) {
        if (auto fault = verifier.take({position++, value}, parse_value(value))) return fault;
    }
    return std::nullopt;
}

TEST(ChainVerifierTest, AnIntactChainHasNoFaultAndItsHead) {
    const auto values = chain_of(5);
    ChainVerifier verifier(0, 1, false);
    for (Position i = 0; i < values.size(); ++i) {
        EXPECT_FALSE(verifier.take({i, values[i]}, parse_value(values[i])).has_value());
    }
    EXPECT_EQ(verifier.facts(), 5U);
    EXPECT_EQ(verifier.voids(), 0U);
    EXPECT_EQ(verifier.heads().at(kOrganization).hash, sha256(values.back()));
}

TEST(ChainVerifierTest, AChangedRecordIsFoundAtItsSuccessor) {
    for (const bool shared : {false, true}) {
        auto values = chain_of(5);
        auto changed = decode(values[2]).value();
        changed.request_id = "somebody-else";
        values[2] = encode(changed);
        const auto fault = verify(values, shared);
        ASSERT_TRUE(fault.has_value());
        EXPECT_EQ(fault->organization, kOrganization);
        EXPECT_EQ(fault->sequence, 4U);
        EXPECT_EQ(fault->position, 3U);
    }
}

TEST(ChainVerifierTest, ARemovedRecordIsFoundAtItsSuccessor) {
    for (const bool shared : {false, true}) {
        auto values = chain_of(5);
        values.erase(values.begin() + 1);
        const auto fault = verify(values, shared);
        ASSERT_TRUE(fault.has_value());
        EXPECT_EQ(fault->sequence, 3U);
    }
}

TEST(ChainVerifierTest, ARemovedFirstRecordIsFound) {
    auto values = chain_of(3);
    values.erase(values.begin());
    EXPECT_EQ(verify(values, true).value().sequence, 2U);
}

TEST(ChainVerifierTest, AnInsertedRecordIsFoundWhereThereIsOneWriter) {
    auto values = chain_of(5);
    auto forged = token_revoked(3, sha256(values[1]));
    forged.request_id = "forged";
    values.insert(values.begin() + 2, encode(forged));
    const auto fault = verify(values, false);
    ASSERT_TRUE(fault.has_value());
    EXPECT_EQ(fault->sequence, 3U);
    EXPECT_EQ(fault->position, 3U);
}

TEST(ChainVerifierTest, ReorderedRecordsAreFound) {
    auto values = chain_of(5);
    std::swap(values[2], values[3]);
    EXPECT_EQ(verify(values, true).value().sequence, 4U);
}

TEST(ChainVerifierTest, GarbageIsAFaultOnlyWhereThereIsOneWriter) {
    auto values = chain_of(2);
    values.insert(values.begin() + 1, "not a record");
    EXPECT_EQ(verify(values, false).value().position, 1U);
    EXPECT_FALSE(verify(values, true).has_value());
}

TEST(ChainVerifierTest, ARecordOfAnotherPartitionIsNobodysHereWhereManyWrite) {
    const auto values = chain_of(2);
    const auto home = partition_of(read_chain_link(values[1])->organization, 12);
    ChainVerifier elsewhere((home + 1) % 12, 12, true);
    EXPECT_FALSE(elsewhere.take({0, values[1]}, parse_value(values[1])));
    EXPECT_EQ(elsewhere.voids(), 1U);
    EXPECT_TRUE(elsewhere.heads().empty());
}

TEST(ChainVerifierTest, ALostRaceAndWhatFollowedItAreNoFaultWhereManyWrite) {
    auto values = chain_of(2);
    const auto loser = [&] {
        auto record = token_revoked(2, sha256(values[0]));
        record.request_id = "loser";
        return encode(record);
    }();
    values.push_back(loser);
    values.push_back(encode(token_revoked(3, sha256(loser))));
    EXPECT_FALSE(verify(values, true).has_value());
}

std::vector<Position> bad_times(const std::vector<std::int64_t>& times) {
    TimeVerifier verifier(samples::codec());
    std::vector<Position> found;
    for (Position position = 0; position < times.size(); ++position) {
        auto record = token_revoked(position + 1, {});
        record.time = domain::Timestamp(std::chrono::microseconds(times[position]));
        const auto value = encode(record);
        const auto fault = verifier.take({position, value}, parse_value(value));
        if (!fault) continue;
        EXPECT_EQ(fault->position, position);
        EXPECT_FALSE(fault->breaks_chain);
        found.push_back(position);
    }
    return found;
}

TEST(TimeVerifierTest, FindsFactsWhoseTimeDoesNotFollow) {
    EXPECT_EQ(bad_times({1, 2, 3}), std::vector<Position>{});
    EXPECT_EQ(bad_times({-5, 2, 2, 3, 10}), (std::vector<Position>{2, 3}))
        << "the third one counts as of 3, so the fourth does not follow either";
    EXPECT_EQ(bad_times({9, 1, 20}), std::vector<Position>{1});
}

}  // namespace
}  // namespace consularia::ledger
