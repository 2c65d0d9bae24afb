#include "infra/kafka/progress_codec.hpp"

#include "base/enum_names.hpp"
#include "base/hex.hpp"
#include "base/json_writer.hpp"
#include "reactions/webhooks/row_codec.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <system_error>

namespace consularia::infra::kafka {

using nlohmann::json;
namespace rows = reactions::webhooks::rows;
using reactions::webhooks::EndpointState;
using reactions::webhooks::Progress;

namespace {

constexpr std::size_t kIdLength = 36;
constexpr std::size_t kWriterLength = 8;
constexpr std::string_view kEvent = "/event ";

template <class Number>
bool read_number(std::string_view text, int base, Number& number) {
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, base);
    return error == std::errc{} && stop == end;
}

std::optional<ledger::Sequence> sequence_of(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<ledger::Sequence>();
}

}  // namespace

std::string format_key(const ProgressKey& key) {
    std::string text = key.webhook.to_string() + "/" + std::to_string(key.epoch) + ".";
    append_hex(text, key.writer, static_cast<int>(kWriterLength));
    return text;
}

std::optional<domain::WebhookId> webhook_of(std::string_view text) {
    if (text.size() <= kIdLength || text[kIdLength] != '/') return std::nullopt;
    return domain::WebhookId::parse(text.substr(0, kIdLength));
}

std::string format_row_key(std::string_view key) {
    std::string text = rows::webhook_in(key).to_string();
    text += kEvent;
    return text + std::to_string(rows::sequence_in(key));
}

std::optional<std::string> parse_row_key(std::string_view text) {
    const auto webhook = webhook_of(text);
    if (!webhook || !text.substr(kIdLength).starts_with(kEvent)) return std::nullopt;
    ledger::Sequence sequence = 0;
    if (!read_number(text.substr(kIdLength + kEvent.size()), 10, sequence)) return std::nullopt;
    return rows::delivery_key(*webhook, sequence);
}

std::optional<ProgressKey> parse_key(std::string_view text) {
    const auto dot = text.rfind('.');
    const auto webhook = webhook_of(text);
    if (!webhook || dot == std::string_view::npos || dot < kIdLength) return std::nullopt;
    ProgressKey key{.webhook = *webhook};
    const auto epoch = text.substr(kIdLength + 1, dot - kIdLength - 1);
    const auto writer = text.substr(dot + 1);
    if (!read_number(epoch, 10, key.epoch)) return std::nullopt;
    if (writer.size() != kWriterLength || !read_number(writer, 16, key.writer)) return std::nullopt;
    return key;
}

std::string encode_progress(const Progress& progress) {
    JsonWriter out;
    out.begin_object();
    out.number("start", static_cast<std::int64_t>(progress.cursor.start));
    out.number("position", static_cast<std::int64_t>(progress.cursor.position));
    out.text("state", to_string(progress.state));
    if (progress.failing_since) {
        out.text("failing_since", domain::format(*progress.failing_since));
    } else {
        out.null("failing_since");
    }
    out.end_object();
    return out.take();
}

std::optional<Progress> decode_progress(std::string_view text) {
    const auto object = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) return std::nullopt;
    const auto start = sequence_of(object, "start");
    const auto position = sequence_of(object, "position");
    const auto state = object.find("state");
    if (!start || !position || state == object.end() || !state->is_string()) return std::nullopt;
    const auto named = parse_name<EndpointState>(state->get_ref<const std::string&>());
    if (!named) return std::nullopt;
    Progress progress{.cursor = {*start, *position}, .state = *named, .failing_since = {}};
    const auto since = object.find("failing_since");
    if (since != object.end() && since->is_string()) {
        const auto moment = domain::parse_datetime(since->get_ref<const std::string&>());
        if (!moment) return std::nullopt;
        progress.failing_since = *moment;
    }
    return progress;
}

}  // namespace consularia::infra::kafka
