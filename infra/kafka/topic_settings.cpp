#include "infra/kafka/topic_settings.hpp"

#include "infra/kafka/options.hpp"

#include <charconv>
#include <cstdint>

namespace consularia::infra::kafka {
namespace {

constexpr const char kMinInsync[] = "min.insync.replicas";
constexpr const char kMaxMessage[] = "max.message.bytes";
constexpr const char kCleanup[] = "cleanup.policy";
constexpr const char kCompact[] = "compact";

/// The settings that must have exactly these values.
TopicSettings fixed_settings(int replication) {
    TopicSettings settings = {
        {kCleanup, "delete"},
        {"retention.bytes", "-1"},
        {"retention.ms", "-1"},
        {"unclean.leader.election.enable", "false"},
    };
    // Without replicas a record is only as durable as the one broker's disk.
    if (replication == 1) settings["flush.messages"] = "1";
    return settings;
}

int min_insync(int replication) {
    return replication >= 2 ? 2 : 1;
}

std::int64_t number(const std::string& text) {
    std::int64_t value = -1;
    (void)std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string value_of(const TopicSettings& settings, const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() ? "not reported by the broker" : found->second;
}

[[noreturn]] void refuse(
    const std::string& topic,
    const TopicSettings& settings,
    const std::string& name,
    const std::string& wanted
) {
    throw SettingRefused(
        "the Kafka topic " + topic + " cannot be a ledger: its " + name + " is " +
        value_of(settings, name) + ", but must be " + wanted
    );
}

}  // namespace

TopicSettings settings_of_new_topic(int replication) {
    TopicSettings settings = fixed_settings(replication);
    settings[kMinInsync] = std::to_string(min_insync(replication));
    settings[kMaxMessage] = std::to_string(kKafkaMaxMessageBytes);
    return settings;
}

void check_topic_settings(
    const std::string& topic, const TopicSettings& settings, int replication
) {
    for (const auto& [name, wanted] : fixed_settings(replication)) {
        if (value_of(settings, name) != wanted) refuse(topic, settings, name, wanted);
    }
    if (number(value_of(settings, kMaxMessage)) < kKafkaMaxMessageBytes) {
        refuse(topic, settings, kMaxMessage, "at least " + std::to_string(kKafkaMaxMessageBytes));
    }
    const std::int64_t insync = number(value_of(settings, kMinInsync));
    if (insync < min_insync(replication) || insync > replication) {
        const std::string least = std::to_string(min_insync(replication));
        const std::string most = std::to_string(replication);
        refuse(topic, settings, kMinInsync, least == most ? least : least + " to " + most);
    }
}

TopicSettings settings_of_new_progress_topic(int replication) {
    return {
        {kCleanup, kCompact},
        {kMinInsync, std::to_string(min_insync(replication))},
        {"unclean.leader.election.enable", "false"},
    };
}

void check_progress_topic_settings(const std::string& topic, const TopicSettings& settings) {
    if (value_of(settings, kCleanup) == kCompact) return;
    throw SettingRefused(
        "the Kafka topic " + topic + " cannot keep how far webhooks have got: its " + kCleanup +
        " is " + value_of(settings, kCleanup) + ", but must be " + kCompact
    );
}

}  // namespace consularia::infra::kafka
