#pragma once
// The settings of a ledger's topic, depending on its replication.

#include <map>
#include <string>

namespace consularia::infra::kafka {

/// Settings of a topic by name, as the brokers spell their values.
using TopicSettings = std::map<std::string, std::string>;

[[nodiscard]] TopicSettings settings_of_new_topic(int replication);

/// Throws SettingRefused for the first setting with which records could be lost or refused; it
/// names the topic, the setting, its value and the required one.
void check_topic_settings(const std::string& topic, const TopicSettings& settings, int replication);

/// Those of the topic in which nodes keep how far webhooks have got.
[[nodiscard]] TopicSettings settings_of_new_progress_topic(int replication);

/// Throws SettingRefused if values could be lost that no newer value replaces.
void check_progress_topic_settings(const std::string& topic, const TopicSettings& settings);

}  // namespace consularia::infra::kafka
