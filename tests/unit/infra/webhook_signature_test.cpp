#include "infra/crypto/webhook_signature.hpp"

#include "infra/crypto/crypto.hpp"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace consularia::infra {
namespace {

using testing::ElementsAre;
using testing::Pair;

// The example (whose base64 is also base64url) of the specification and of its libraries.
constexpr std::string_view kSecret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t kTime = 1'614'265'330;
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr const char* kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

TEST(WebhookSignature, IsThatOfStandardWebhooks) {
    const std::vector<std::string> secrets{parse_base64url(kSecret).value()};
    EXPECT_THAT(
        sign_webhook(secrets, kId, kTime, kBody),
        ElementsAre(
            Pair("webhook-id", std::string(kId)),
            Pair("webhook-timestamp", "1614265330"),
            Pair("webhook-signature", kSignature)
        )
    );
}

TEST(WebhookSignature, EverySecretSigns) {
    const std::vector<std::string> secrets{std::string(32, 'x'), parse_base64url(kSecret).value()};
    const auto both = sign_webhook(secrets, kId, kTime, kBody)[2].second;
    const auto first = sign_webhook({secrets.data(), 1}, kId, kTime, kBody)[2].second;
    EXPECT_EQ(both, first + " " + kSignature);
}

TEST(WebhookSignature, ASecretIsShownWithItsPrefix) {
    EXPECT_EQ(
        format_webhook_secret(parse_base64url(kSecret).value()), "whsec_" + std::string(kSecret)
    );
}

}  // namespace
}  // namespace consularia::infra
