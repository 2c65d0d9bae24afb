// The numbers in docs/api.md are those of the code, and its queries are those of the OpenAPI
// document.

#include "api/bodies/formats.hpp"
#include "api/bodies/requests.hpp"
#include "api/feed_query.hpp"
#include "api/followers.hpp"
#include "api/http/limits.hpp"
#include "api/paging.hpp"
#include "api/published_documents.hpp"
#include "api/rates.hpp"
#include "api/service.hpp"
#include "domain/limits.hpp"
#include "projections/appointment_filter.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace consularia::api {
namespace {

namespace limits = domain::limits;

const std::string kPrefix = "/api/v1";

const std::string& document() {
    static const std::string text = [] {
        std::ifstream file("docs/api.md");
        return std::string(std::istreambuf_iterator<char>(file), {});
    }();
    return text;
}

const nlohmann::json& openapi() {
    static const auto json = nlohmann::json::parse(openapi_document());
    return json;
}

bool says(const std::string& text) {
    return document().find(text) != std::string::npos;
}

/// "10,000"
std::string with_commas(std::size_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

std::string kib(std::size_t bytes) {
    return std::to_string(bytes / 1024) + " KiB";
}

std::string mib(std::size_t bytes) {
    return std::to_string(bytes / 1024 / 1024) + " MiB";
}

template <class Duration>
std::string seconds(Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) +
           " s";
}

TEST(ApiDocument, HasTheLimitsOfTheCode) {
    const http::Limits transport;
    const FollowerLimits followers;
    const std::string rows[] = {
        "| request target | " + kib(transport.target_bytes) + " | 414 |",
        "| header | " + kib(transport.header_bytes) + ", " +
            std::to_string(transport.header_fields) + " fields | 431 |",
        "| body | " + mib(transport.body_bytes) + ", uncompressed |",
        "| values of a JSON body, fields of a form | " + with_commas(kMaxBodyValues) + " |",
        "| nesting of JSON | " + std::to_string(kMaxJsonDepth) + " |",
        "| ids in one removal | " + with_commas(kMaxRemovals) + " |",
        "| participants of an appointment | " + with_commas(limits::kParticipants.accepted) + " |",
        "| unexpired tokens of an organization | " + with_commas(limits::kTokens.accepted) + " |",
        "| webhooks of an organization | " + with_commas(limits::kWebhooks.accepted) + " |",
        "| results on a page | " + with_commas(kMaxPageSize) + " |",
        "| events in an answer | " + with_commas(kMaxFeedLimit) + " |",
        "| streams and waiting requests for events | " + with_commas(followers.per_token) +
            " of a token, " + with_commas(followers.all) + " in all |",
        "| the first byte of a connection | " + seconds(transport.first_byte_timeout) + " |",
        "| a connection between two requests | " + seconds(transport.idle_timeout) + " |",
        "| an answer that is read too slowly | no progress for " +
            seconds(transport.write_timeout) + ", or " + seconds(transport.snapshot_timeout) +
            " for an answer in chunks |",
        "| all clients' bodies and answers in memory | " + mib(transport.in_flight_bytes) + " |",
    };
    for (const auto& row : rows) EXPECT_TRUE(says(row)) << row;
}

TEST(ApiDocument, HasTheOtherNumbersOfTheCode) {
    const RateLimits rates;
    const std::string texts[] = {
        "`page_size` is " + std::to_string(kDefaultPageSize) + "\nand at most " +
            std::to_string(kMaxPageSize),
        with_commas(projections::kDefaultListRows) + " rows",
        "1 to " + std::to_string(kMaxFeedLimit) + "; default " + std::to_string(kDefaultFeedLimit),
        "up to " + std::to_string(kMaxFeedWait.count()) + " seconds",
        "(1 to " + std::to_string(limits::kIdempotencyKey.accepted) + " visible ASCII characters",
        "at most " + with_commas(limits::kWebhookUrl.accepted) + " characters",
        "a list of types of events, at most " + std::to_string(limits::kWebhookTypes.accepted),
        "for yourself, at most " + std::to_string(limits::kWebhookDescription.accepted),
        "one of 1 to " + std::to_string(limits::kRequestId.accepted) + " letters",
        "| " + std::to_string(rates.failed_authentications) + " |",
        "GET is not counted, since mail scanners send it | " + std::to_string(rates.per_link) +
            " |",
        "until " +
            std::to_string(
                std::chrono::duration_cast<std::chrono::minutes>(Service{}.join_opens_before)
                    .count()
            ) +
            " minutes before the start",
        "within " + std::to_string(Service{}.join_repeat.count()) + " seconds (the operator",
        "A repeat within " +
            std::to_string(
                std::chrono::duration_cast<std::chrono::hours>(Service{}.idempotency_ttl).count()
            ) +
            " hours",
    };
    for (const auto& text : texts) EXPECT_TRUE(says(text)) << text;
}

/// What the pattern's group matches in the document.
std::set<std::string> all(const std::string& pattern) {
    const std::regex regex(pattern);
    std::set<std::string> found;
    const auto& text = document();
    for (std::sregex_iterator each(text.begin(), text.end(), regex), end; each != end; ++each) {
        found.insert((*each)[1]);
    }
    return found;
}

/// Whether the path is one of the OpenAPI document, whatever stands in the place of its values.
bool is_path(const std::string& path) {
    static const std::regex kValue(R"(\{[^}]*\})");
    for (const auto& [known, operations] : openapi().at("paths").items()) {
        const std::regex pattern(std::regex_replace(known, kValue, "[^/]+"));
        if (std::regex_match(path, pattern)) return true;
    }
    return false;
}

TEST(ApiDocument, NamesPathsThatExist) {
    const auto paths = all(R"((?:\$API|(?:GET|POST|PATCH|DELETE)\s)((?:/[A-Za-z0-9_${}<> ]+)+/))");
    EXPECT_GT(paths.size(), 10U);
    for (const auto& path : paths) {
        EXPECT_TRUE(is_path(path.starts_with(kPrefix) ? path : kPrefix + path)) << path;
    }
}

/// The names of all parameters in queries.
std::set<std::string> query_parameters() {
    std::set<std::string> names;
    const auto add = [&](const nlohmann::json& parameter) {
        if (parameter.value("in", "") == "query") names.insert(parameter.at("name"));
    };
    for (const auto& each : openapi().at("components").at("parameters")) add(each);
    for (const auto& each : openapi().at("components").at("securitySchemes")) add(each);
    for (const auto& path : openapi().at("paths")) {
        for (const auto& operation : path) {
            if (!operation.is_object()) continue;
            for (const auto& each : operation.value("parameters", nlohmann::json::array())) {
                add(each);
            }
        }
    }
    return names;
}

TEST(ApiDocument, NamesAllParametersOfQueriesAndNoOthers) {
    const auto parameters = query_parameters();
    EXPECT_GT(parameters.size(), 20U);
    for (const auto& name : parameters) {
        const std::regex mention("`" + name + "[`=]|[?&]" + name + "=|, `" + name + "` \\|");
        EXPECT_TRUE(std::regex_search(document(), mention)) << name;
    }
    for (const auto& name : all(R"([?&]([a-z_A-Z]+)=)")) {
        EXPECT_TRUE(parameters.contains(name)) << name;
    }
}

}  // namespace
}  // namespace consularia::api
