// Properties of every command on webhooks in every state, tried with random ones. A failure names
// its seed.
#include "domain/webhook/decide.hpp"
#include "domain/webhook/evolve.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace consularia::domain {
namespace {

using namespace samples;

constexpr std::uint32_t kWalks = 200;
constexpr int kSteps = 100;
constexpr int kIds = 25;  // more than an organization may have

class RandomWebhookCommands {
  public:
    explicit RandomWebhookCommands(std::uint32_t seed) : random_(seed) {}

    int pick(int count) { return static_cast<int>(random_() % static_cast<std::uint32_t>(count)); }

    WebhookCommand next(const Webhooks& state, std::uint64_t sequence) {
        const auto id = webhook_id(1 + static_cast<std::uint32_t>(pick(kIds)));
        const auto* const webhook = state.find(id);
        const Version version = webhook ? webhook->version : 0;
        const auto expected =
            pick(4) == 0 ? std::optional(std::vector{version + Version(pick(2))}) : std::nullopt;
        switch (pick(8)) {
            case 0:
                return UpdateWebhook{id, expected, url(), {}, description(), {}, {}};
            case 1:
                return UpdateWebhook{id, expected, {}, types(), {}, payload(), pick(2) == 0};
            case 2:
                return RotateWebhookSecret{
                    id,
                    expected,
                    (webhook ? webhook->generation : 1) - SecretGeneration(pick(2)),
                    std::chrono::hours(pick(3))};
            case 3: {
                const auto seen = webhook ? webhook->start.set_by : 0;
                const auto after = static_cast<std::uint64_t>(pick(static_cast<int>(sequence)));
                return ReplayWebhook{id, expected, pick(2) == 0 ? seen : 0, after};
            }
            case 4:
                return DeactivateWebhook{id, version - Version(version > 0 && pick(3) == 0)};
            case 5:
                if (pick(3) == 0) return DeleteWebhook{id, expected};
                [[fallthrough]];
            default:
                return RegisterWebhook{id, webhook_settings(static_cast<std::uint32_t>(pick(3)))};
        }
    }

  private:
    WebhookUrl url() { return make_url("https://example.org/" + std::to_string(pick(2))); }

    WebhookDescription description() {
        return WebhookDescription::parse(std::to_string(pick(2))).value();
    }

    WebhookTypes types() {
        return pick(2) == 0 ? WebhookTypes() : make_types({"a", std::to_string(pick(2))});
    }

    WebhookPayload payload() { return pick(2) == 0 ? WebhookPayload::full : WebhookPayload::thin; }

    std::mt19937 random_;
};

/// Calls seen(before, command, event, after, now) after each command that led to an event.
template <class Seen>
void walk(std::uint32_t seed, Seen seen) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomWebhookCommands random(seed);
    Webhooks state;
    std::uint64_t sequence = 1;
    for (int i = 0; i < kSteps; ++i) {
        const auto now = later(kBefore, i);
        const auto command = random.next(state, sequence);
        const auto decision = decide(state, command, now);
        if (!decision || !decision->has_value()) continue;
        const WebhooksId id{organization_id().bytes};
        const auto evolved = evolve(state, **decision, {id, 0, now, ++sequence});
        ASSERT_TRUE(evolved) << "decided, but impossible: command " << command.index();
        seen(state, command, **decision, *evolved, now);
        if (testing::Test::HasFatalFailure()) return;
        state = *evolved;
    }
}

TEST(AnyWebhookCommand, LeadsToAnEventThatIsPossibleAndChangesOneWebhook) {
    std::set<std::size_t> met;
    for (std::uint32_t seed = 0; seed < kWalks; ++seed) {
        walk(
            seed,
            [&](const auto& before, const auto&, const auto& event, const auto& after, auto) {
                met.insert(event.index());
                EXPECT_LE(after.all.size(), limits::kWebhooks.accepted);
                std::size_t same = 0;
                for (const auto& webhook : after.all) {
                    EXPECT_GE(webhook.version, 1U);
                    EXPECT_GE(webhook.start.set_by, webhook.start.after);
                    const auto* const old = before.find(webhook.id);
                    if (old != nullptr && *old == webhook) {
                        ++same;
                        continue;
                    }
                    EXPECT_EQ(webhook.id, target_of(event));
                    EXPECT_EQ(webhook.version, old ? old->version + 1 : 1);
                    EXPECT_TRUE(old == nullptr || webhook.start >= old->start);
                }
                EXPECT_EQ(same + 1, std::max(before.all.size(), after.all.size()));
            }
        );
        ASSERT_FALSE(testing::Test::HasFailure());
    }
    EXPECT_EQ(met.size(), std::variant_size_v<WebhookEvent>) << "some event never came up";
}

TEST(AnyWebhookCommand, MayBeRetriedAtOnceWithoutASecondEvent) {
    std::set<std::size_t> retried;
    for (std::uint32_t seed = 0; seed < kWalks; ++seed) {
        walk(seed, [&](const auto&, const auto& command, const auto&, const auto& after, auto now) {
            retried.insert(command.index());
            const auto again = decide(after, command, later(now, 1));
            ASSERT_TRUE(!again || !again->has_value()) << "command " << command.index();
        });
        ASSERT_FALSE(testing::Test::HasFailure());
    }
    EXPECT_EQ(retried.size(), std::variant_size_v<WebhookCommand>);
}

}  // namespace
}  // namespace consularia::domain
