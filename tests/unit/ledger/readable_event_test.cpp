// What consumers get to see of a fact.

#include "ledger/record/readable_event.hpp"

#include "tests/support/record_samples.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace consularia::ledger {
namespace {

/// The record without these attributes, which our records hold in no other place.
std::string without(const nlohmann::ordered_json& record) {
    auto shown = record;
    for (const auto* hidden : {"prevhash", "idempotencykey", "requesthash"}) shown.erase(hidden);
    if (shown["data"].contains("token")) shown["data"]["token"].erase("secret_sha256");
    return shown.dump();
}

TEST(ReadableEvent, IsTheRecordWithoutWhatOnlyAuditorsNeed) {
    std::size_t with_key = 0;
    std::size_t with_secret = 0;
    for (const auto& value : golden_values()) {
        const auto record = nlohmann::ordered_json::parse(value);
        const auto event = readable_event(value);
        EXPECT_EQ(event.json, without(record)) << value;
        EXPECT_EQ(event.type, record["type"]);
        EXPECT_EQ(event.subject, record["subject"]);
        with_key += record.contains("requesthash") ? 1 : 0;
        with_secret += value.find("secret_sha256") != value.npos ? 1 : 0;
        EXPECT_EQ(event.json.find("secret_sha256"), event.json.npos);
    }
    EXPECT_GT(with_key, 0u);
    EXPECT_GT(with_secret, 0u);
}

TEST(ReadableEvent, KeepsTheFormOfWhatThisVersionDoesNotKnow) {
    EXPECT_EQ(
        readable_event(R"({"type":"x\u002ev9","requesthash":"1","level":1.50e2,"skippable":true,)"
                       R"("prevhash":"0","data":{"b":[{"prevhash":"kept"},null],"a":"\u00fc\\"}})")
            .json,
        R"({"type":"x\u002ev9","level":1.50e2,"skippable":true,)"
        R"("data":{"b":[{"prevhash":"kept"},null],"a":"\u00fc\\"}})"
    );
}

TEST(ReadableEvent, ShowsNoHashOfATokensSecretAndAllElseThatIsCalledSo) {
    EXPECT_EQ(
        readable_event(R"({"data":{"token":{"secret_sha256":"1","id":1.0},"secret_sha256":"2"}})")
            .json,
        R"({"data":{"token":{"id":1.0},"secret_sha256":"2"}})"
    );
    EXPECT_EQ(
        readable_event(R"({"data":{"title":"secret_sha256","token":["secret_sha256"]}})").json,
        R"({"data":{"title":"secret_sha256","token":["secret_sha256"]}})"
    );
    EXPECT_EQ(
        readable_event(R"({"data":["secret_sha256"]})").json, R"({"data":["secret_sha256"]})"
    );
}

TEST(ReadableEvent, ResolvesEscapesInNamesAndInWhatIsComparedByOthers) {
    const auto event =
        readable_event(R"({"prev\u0068ash":"0","typ\u0065":"a\u002eb","subject":"say \"it\""})");
    EXPECT_EQ(event.json, R"({"typ\u0065":"a\u002eb","subject":"say \"it\""})");
    EXPECT_EQ(event.type, "a.b");
    EXPECT_EQ(event.subject, R"(say "it")");
}

TEST(ReadableEvent, HasNoDataIfItIsThin) {
    const auto event = readable_event(
        R"({"type":"a","prevhash":"0","d\u0061ta":{"data":[1,{}]},"sequence":"1"})", EventPart::thin
    );
    EXPECT_EQ(event.json, R"({"type":"a","sequence":"1"})");
    EXPECT_EQ(event.type, "a");
}

TEST(ReadableEvent, IsOneLineWhateverTheFactIs) {
    const auto event = readable_event(
        "\r\n { \"prevhash\" : \"{,}\" ,\n\t\"type\" : \"a: , } b\",\n \"data\":{ \"x\" : [ 1 ,\n2 "
        "] }\n}\n"
    );
    EXPECT_EQ(event.json, R"({"type":"a: , } b","data":{"x":[1,2]}})");
    EXPECT_EQ(event.type, "a: , } b");
}

TEST(ReadableEvent, NeedsNeitherATypeNorASubjectThatIsAText) {
    const auto event = readable_event(R"({"prevhash":"0","type":7,"sequence":"1"})");
    EXPECT_EQ(event.json, R"({"type":7,"sequence":"1"})");
    EXPECT_EQ(event.type, "");
    EXPECT_EQ(event.subject, "");
}

TEST(ReadableEvent, ReadsNothingBeyondTheEndOfWhatIsNoFact) {
    const std::string value = golden_values().front();
    for (std::size_t size = 0; size < value.size(); ++size) {
        EXPECT_LE(readable_event(std::string(value.substr(0, size))).json.size(), size + 9);
    }
}

}  // namespace
}  // namespace consularia::ledger
