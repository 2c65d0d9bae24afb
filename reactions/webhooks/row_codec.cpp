#include "reactions/webhooks/row_codec.hpp"

#include "projections/byte_codec.hpp"

#include <algorithm>
#include <limits>

namespace consularia::reactions::webhooks::rows {

namespace {

using projections::ByteReader;
using projections::ByteWriter;

/// The first byte of both rows.
constexpr std::uint8_t kForm = 1;

/// What `read` reads of the whole row.
template <class Read>
auto decoded(std::string_view row, const Read& read) {
    try {
        ByteReader in(row);
        if (in.byte() != kForm) projections::row_is_damaged();
        auto value = read(in);
        in.expect_end();
        return value;
    } catch (const ledger::StorageError&) {
        throw ledger::StorageError(
            "The store of webhooks is damaged: a row has another form than its table."
        );
    }
}

template <class Enum>
Enum read_enumerator(ByteReader& in) {
    const auto index = in.byte();
    if (index >= count_of<Enum>()) projections::row_is_damaged();
    return static_cast<Enum>(index);
}

template <class Enum>
void write_enumerator(ByteWriter& out, Enum value) {
    out.byte(static_cast<std::uint8_t>(value));
}

void write_time(ByteWriter& out, const std::optional<domain::Timestamp>& time) {
    out.optional(time, [&](domain::Timestamp value) { out.time(value); });
}

std::optional<domain::Timestamp> read_time(ByteReader& in) {
    return in.optional([&] { return in.time(); });
}

}  // namespace

std::string webhook_key(domain::WebhookId webhook) {
    return {webhook.bytes.begin(), webhook.bytes.end()};
}

domain::WebhookId webhook_in(std::string_view key) {
    domain::WebhookId webhook{};
    if (key.size() < webhook.bytes.size()) projections::row_is_damaged();
    std::copy_n(key.begin(), webhook.bytes.size(), webhook.bytes.begin());
    return webhook;
}

std::string delivery_key(domain::WebhookId webhook, ledger::Sequence sequence) {
    auto key = webhook_key(webhook);
    tables::append_number(key, sequence);
    return key;
}

ledger::Sequence sequence_in(std::string_view key) {
    return tables::number_in(key.substr(key.size() - sizeof(std::uint64_t)));
}

std::string after_deliveries(domain::WebhookId webhook) {
    return delivery_key(webhook, std::numeric_limits<ledger::Sequence>::max());
}

std::string encode(const Progress& progress) {
    ByteWriter out;
    out.byte(kForm);
    out.number(progress.cursor.start);
    out.number(progress.cursor.position);
    write_enumerator(out, progress.state);
    write_time(out, progress.failing_since);
    return out.take();
}

Progress decode_progress(std::string_view row) {
    return decoded(row, [](ByteReader& in) {
        Progress progress;
        progress.cursor.start = in.number();
        progress.cursor.position = in.number();
        progress.state = read_enumerator<EndpointState>(in);
        progress.failing_since = read_time(in);
        return progress;
    });
}

std::string encode(const Delivery& delivery) {
    ByteWriter out;
    out.byte(kForm);
    out.number(delivery.start);
    out.text(delivery.type);
    write_enumerator(out, delivery.status);
    out.number(delivery.attempts);
    write_time(out, delivery.next_attempt_at);
    out.optional(delivery.last_status, [&](int status) {
        out.number(static_cast<std::uint64_t>(status));
    });
    out.text(delivery.last_error);
    out.text(delivery.last_body);
    return out.take();
}

Delivery decode_delivery(std::string_view key, std::string_view row) {
    return decoded(row, [key](ByteReader& in) {
        Delivery delivery;
        delivery.sequence = sequence_in(key);
        delivery.start = in.number();
        delivery.type = in.text();
        delivery.status = read_enumerator<DeliveryStatus>(in);
        delivery.attempts = static_cast<std::uint32_t>(in.number());
        delivery.next_attempt_at = read_time(in);
        delivery.last_status = in.optional([&] { return static_cast<int>(in.number()); });
        delivery.last_error = in.text();
        delivery.last_body = in.text();
        return delivery;
    });
}

}  // namespace consularia::reactions::webhooks::rows
