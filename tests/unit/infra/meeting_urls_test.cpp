#include "infra/crypto/meeting_urls.hpp"

#include "base/hex.hpp"
#include "tests/support/domain_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <openssl/hmac.h>
#include <set>
#include <string>
#include <vector>

namespace consularia::infra {
namespace {

using namespace samples;
using domain::Feature;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::Optional;

const std::string kSecret(32, 's');
const auto kOrganization = organization_id();

MeetingSettings settings_of(const std::string& url_template) {
    MeetingSettings settings;
    settings.url_template = url_template;
    settings.jwt_secret = kSecret;
    settings.audience = "jitsi";
    settings.issuer = "consularia";
    settings.subject = "meet.example";
    settings.room_key = std::string(32, 'r');
    settings.opens_before = std::chrono::minutes(15);
    return settings;
}

MeetingUrls urls(const std::string& url_template = "https://meet.example/{room}") {
    return MeetingUrls(settings_of(url_template));
}

domain::Participant participant(const domain::NewParticipant& joining) {
    return {joining.id, joining.unique_id, joining.display_name, joining.role, 1};
}

domain::Participant named(const std::string& display_name) {
    auto made = participant(ann());
    made.display_name = make_display_name(display_name);
    return made;
}

domain::Details details(std::uint32_t number = 1) {
    const auto event = scheduled_event();
    return {
        appointment_id(number),
        event.title,
        kStart,
        event.duration,
        event.config,
        std::vector<domain::Participant>{participant(ann()), participant(bob())},
        kBefore,
        kBefore,
        1,
        true,
        1,
        {}};
}

std::string url_for(const std::string& url_template, const domain::Participant& who) {
    return urls(url_template).url(kOrganization, details(), who);
}

std::optional<std::string> fault_of(const std::string& url_template) {
    return find_fault(settings_of(url_template));
}

TEST(MeetingTemplate, OfManyFormsIsFine) {
    for (const char* fine :
         {"https://meet.example",
          "http://127.0.0.1:8443/",
          "https://meet.example/{room}",
          "https://meet.example/{room}?jwt={jwt}&role={role}#userInfo.displayName={display_name}",
          "https://meet.example/{room}/{room}",
          "https://[2001:db8::1]:8443/{room}",
          "https://meet.example?room={room}",
          "https://meet.example#{room}"}) {
        EXPECT_EQ(fault_of(fine), std::nullopt) << fine;
    }
}

TEST(MeetingTemplate, IsAnHttpUrl) {
    for (const char* wrong :
         {"",
          "meet.example",
          "ftp://meet.example",
          "javascript:alert(1)",
          "//meet.example",
          " https://meet.example",
          "{room}",
          "https:meet.example"}) {
        EXPECT_EQ(fault_of(wrong), "must start with http:// or https://") << wrong;
    }
}

TEST(MeetingTemplate, HasNothingThatCouldEndAHeader) {
    for (const char* wrong :
         {"https://meet.example/a b",
          "https://meet.example/\r\nSet-Cookie: x",
          "https://meet.example/\t",
          "https://meet.example/caf\xc3\xa9",
          "https://meet.example/;x",
          "https://meet.example/\x7f"}) {
        EXPECT_EQ(fault_of(wrong), "must be visible ASCII without semicolons") << wrong;
    }
}

TEST(MeetingTemplate, NamesItsHostPlainly) {
    for (const char* wrong :
         {"https://",
          "https:///{room}",
          "https://?{room}",
          "https://#x",
          "https://{room}.example/",
          "https://{room}",
          "https://meet.example,evil.example/",
          "https://'self'/",
          "https://user@meet.example/"}) {
        EXPECT_EQ(fault_of(wrong), "must name a host, without a placeholder in it") << wrong;
    }
}

TEST(MeetingTemplate, KnowsFourPlaceholders) {
    const std::string base = "https://meet.example/";
    EXPECT_EQ(fault_of(base + "{rooms}"), "has the unknown placeholder {rooms}");
    EXPECT_EQ(fault_of(base + "{Room}"), "has the unknown placeholder {Room}");
    EXPECT_EQ(fault_of(base + "{room}/{}x"), "has the unknown placeholder {}");
    EXPECT_EQ(fault_of(base + "{{room}}"), "has the unknown placeholder {{room}");
}

TEST(MeetingTemplate, HasItsBracesInPairs) {
    const std::string base = "https://meet.example/";
    for (const char* wrong : {"{room", "room}", "{room}}", "{room}{", "}{", "a}b{c", "}{room}{"}) {
        EXPECT_EQ(fault_of(base + wrong), "has a brace without its partner") << wrong;
    }
}

TEST(MeetingTemplate, WithATokenNeedsItsSecret) {
    auto settings = settings_of("https://meet.example/{room}?jwt={jwt}");
    EXPECT_EQ(find_fault(settings), std::nullopt);
    settings.jwt_secret.clear();
    EXPECT_EQ(find_fault(settings), "has {jwt}, but the secrets file has no meeting_jwt_secret");
    settings.url_template = "https://meet.example/{room}";
    EXPECT_EQ(find_fault(settings), std::nullopt);
    const MeetingUrls without(settings);
    EXPECT_THAT(
        without.url(kOrganization, details(), participant(ann())),
        MatchesRegex("https://meet.example/[0-9a-f]+")
    );
}

TEST(MeetingUrl, HasEachValueInItsPlace) {
    const auto room = urls().room(kOrganization, appointment_id());
    EXPECT_EQ(
        url_for("https://m.example/a/{room}/b?r={role}&n={display_name}#{room}", named("Ann")),
        "https://m.example/a/" + room + "/b?r=moderator&n=Ann#" + room
    );
    EXPECT_EQ(
        url_for("https://m.example/{role}", participant(bob())), "https://m.example/participant"
    );
    EXPECT_EQ(url_for("https://m.example/fixed", participant(bob())), "https://m.example/fixed");
    const auto with_jwt = url_for("https://m.example/?jwt={jwt}", participant(ann()));
    EXPECT_EQ(
        with_jwt, "https://m.example/?jwt=" + urls().jwt(room, details(), participant(ann()))
    );
}

TEST(MeetingUrl, PercentEncodesTheName) {
    const std::string url = "https://m.example/?n={display_name}&end";
    const auto encoded = [&](const std::string& name) {
        const auto whole = url_for(url, named(name));
        const auto begin = whole.find('=') + 1;
        return whole.substr(begin, whole.rfind('&') - begin);
    };
    EXPECT_EQ(encoded("Ann-B._~9z"), "Ann-B._~9z");
    EXPECT_EQ(encoded("A B"), "A%20B");
    EXPECT_EQ(encoded("a&b=c#d?e/f%g+h;i"), "a%26b%3Dc%23d%3Fe%2Ff%25g%2Bh%3Bi");
    EXPECT_EQ(encoded("\"<>'\\{room}"), "%22%3C%3E%27%5C%7Broom%7D");
    EXPECT_EQ(encoded("a\r\nb"), "a%0D%0Ab");
    EXPECT_EQ(encoded("\xc3\x84\xf0\x9f\xa6\x8a"), "%C3%84%F0%9F%A6%8A");
    EXPECT_EQ(encoded(""), "");
    EXPECT_EQ(url_for(url, participant(bob())), "https://m.example/?n=&end") << "Bob has no name";
}

TEST(MeetingUrl, BeginsWithItsOrigin) {
    const std::vector<std::pair<std::string, std::string>> origins{
        {"https://meet.example", "https://meet.example"},
        {"https://meet.example/", "https://meet.example"},
        {"https://meet.example:8443/{room}?x=/", "https://meet.example:8443"},
        {"http://meet.example?room={room}", "http://meet.example"},
        {"http://meet.example#{room}", "http://meet.example"}};
    for (const auto& [url, origin] : origins) EXPECT_EQ(urls(url).origin(), origin);
}

TEST(Room, IsTheSameForAllAndAlways) {
    const std::string url = "https://m.example/{room}";
    const auto first = url_for(url, participant(ann()));
    EXPECT_EQ(first, url_for(url, participant(bob())));
    EXPECT_THAT(first, MatchesRegex("https://m.example/[0-9a-f]+"));
    EXPECT_EQ(urls().room(kOrganization, appointment_id()).size(), 32U);
    auto moved = details();
    moved.start = kAfter;
    moved.title = make_title("Another");
    EXPECT_EQ(urls(url).url(kOrganization, moved, participant(ann())), first);
}

TEST(Room, DiffersWithAppointmentOrganizationAndKey) {
    std::set<std::string> rooms;
    for (std::uint32_t n = 1; n <= 50; ++n) {
        rooms.insert(urls().room(kOrganization, appointment_id(n)));
        rooms.insert(urls().room(organization_id(n + 100), appointment_id()));
        auto other = settings_of("https://m.example/{room}");
        other.room_key[0] = static_cast<char>(n);
        rooms.insert(MeetingUrls(other).room(kOrganization, appointment_id()));
    }
    EXPECT_EQ(rooms.size(), 150U);
    EXPECT_NE(
        urls().room(organization_id(1), appointment_id(2)),
        urls().room(organization_id(2), appointment_id(1))
    );
}

TEST(Room, IsNoneOfWhatOthersCanCompute) {
    const auto room = urls().room(kOrganization, appointment_id());
    EXPECT_THAT(room, Not(HasSubstr("00000000000000000000000000000001")));
    auto same_key_for_tokens = settings_of("https://m.example/{room}");
    same_key_for_tokens.jwt_secret = same_key_for_tokens.room_key;
    EXPECT_EQ(MeetingUrls(same_key_for_tokens).room(kOrganization, appointment_id()), room);
    // Not the plain HMAC of the ids under a key that hashes other things as well.
    const std::string ids = std::string(15, '\0') + '\1' + std::string(15, '\0') + '\1';
    const auto mac = Hmac(std::string(32, 'r'))(ids);
    const std::string plain = to_hex({reinterpret_cast<const char*>(mac.data()), 16});
    EXPECT_NE(room, plain);
}

/// The three parts of a token.
std::vector<std::string> parts_of(const std::string& token) {
    std::vector<std::string> parts{""};
    for (const char c : token) {
        if (c == '.') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

std::string token_for(
    const MeetingSettings& settings, const domain::Details& of, const domain::Participant& who
) {
    return MeetingUrls(settings).jwt("the-room", of, who);
}

std::string claims_of(
    const domain::Details& of,
    const domain::Participant& who,
    const MeetingSettings& settings = settings_of("https://m.example/{jwt}")
) {
    return parse_base64url(parts_of(token_for(settings, of, who)).at(1)).value_or("");
}

TEST(Jwt, HasTheClaimsThatJitsiExpects) {
    EXPECT_EQ(
        claims_of(details(), participant(ann())),
        R"({"aud":"jitsi","iss":"consularia","sub":"meet.example","room":"the-room",)"
        R"("nbf":1893491100,"exp":1893493800,"context":{"user":{)"
        R"("id":"00000000-0000-0000-0000-000000000001","name":"Ann","moderator":"true"},)"
        R"("features":{"send-groupchat":"true"}}})"
    );
}

TEST(Jwt, OfAParticipantWithoutANameHasNone) {
    EXPECT_THAT(
        claims_of(details(), participant(bob())),
        HasSubstr(R"("user":{"id":"00000000-0000-0000-0000-000000000002","moderator":"false"})")
    );
}

TEST(Jwt, IsSignedAsRfc7515Says) {
    const auto token = token_for(settings_of("https://m.example/{jwt}"), details(), named("Änn\""));
    const auto parts = parts_of(token);
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parse_base64url(parts[0]), R"({"alg":"HS256","typ":"JWT"})");
    const std::string signed_text = parts[0] + "." + parts[1];
    std::array<unsigned char, 32> mac{};
    unsigned int size = 0;
    ASSERT_NE(
        HMAC(
            EVP_sha256(),
            kSecret.data(),
            static_cast<int>(kSecret.size()),
            reinterpret_cast<const unsigned char*>(signed_text.data()),
            signed_text.size(),
            mac.data(),
            &size
        ),
        nullptr
    );
    EXPECT_THAT(parse_base64url(parts[2]), Optional(std::string(mac.begin(), mac.end())));
    auto other = settings_of("https://m.example/{jwt}");
    other.jwt_secret[0] = 'x';
    const auto forged = parts_of(token_for(other, details(), named("Änn\"")));
    EXPECT_EQ(forged[1], parts[1]);
    EXPECT_NE(forged[2], parts[2]);
}

TEST(Jwt, CountsFromTheOpeningUntilTheEnd) {
    auto settings = settings_of("https://m.example/{jwt}");
    settings.opens_before = {};
    auto late = details();
    late.start = kStart + std::chrono::microseconds(999'999);
    late.duration = minutes(15);
    EXPECT_THAT(
        claims_of(late, participant(ann()), settings),
        HasSubstr(R"("nbf":1893492000,"exp":1893492900,)")
    ) << "whole seconds, and never after the end";
}

TEST(Jwt, HasTheFeaturesThatWereGivenUnderJitsisNames) {
    const std::vector<std::pair<Feature, std::string>> names{
        {Feature::breakout_rooms, "breakout-rooms"},
        {Feature::whiteboard, "whiteboard"},
        {Feature::chat, "send-groupchat"},
        {Feature::join_screen, "join-screen"},
        {Feature::screenshare, "screen-sharing"},
        {Feature::raise_hand, "raise-hand"}};
    ASSERT_EQ(names.size(), count_of<domain::Feature>());
    auto of = details();
    for (const auto& [feature, name] : names) {
        for (const bool enabled : {true, false}) {
            of.config = make_config({{feature, enabled}});
            EXPECT_THAT(
                claims_of(of, participant(ann())),
                HasSubstr(
                    "\"features\":{\"" + name + "\":\"" + (enabled ? "true" : "false") + "\"}"
                )
            );
        }
    }
    of.config = {};
    EXPECT_THAT(claims_of(of, participant(ann())), HasSubstr("\"features\":{}"));
}

}  // namespace
}  // namespace consularia::infra
