#include "projections/row_codec.hpp"

#include "projections/byte_codec.hpp"

#include <utility>
#include <vector>

namespace consularia::projections {
namespace {

void write_config(ByteWriter& out, const domain::Config& config) {
    out.number(config.entries().size());
    for (const auto& [feature, enabled] : config.entries()) {
        out.enumerator(feature);
        out.boolean(enabled);
    }
}

domain::Config read_config(ByteReader& in) {
    domain::Config config;
    for (auto left = in.number(); left > 0; --left) {
        const auto feature = in.enumerator<domain::Feature>();
        config.set(feature, in.boolean());
    }
    return config;
}

void write_participant(ByteWriter& out, const domain::Participant& participant) {
    out.bytes(participant.id.bytes);
    out.text(participant.unique_id.value());
    out.optional(participant.display_name, [&](const auto& name) { out.text(name.value()); });
    out.enumerator(participant.role);
    out.number(participant.version);
}

domain::Participant read_participant(ByteReader& in) {
    const auto id = in.id<domain::ParticipantId>();
    auto unique_id = read_text<domain::UniqueId>(in);
    auto name = in.optional([&] { return read_text<domain::DisplayName>(in); });
    const auto role = in.enumerator<domain::Role>();
    return {id, std::move(unique_id), std::move(name), role, in.number()};
}

void write_details(ByteWriter& out, const domain::Details& details) {
    out.bytes(details.id.bytes);
    out.text(details.title.value());
    out.time(details.start);
    out.number(static_cast<std::uint64_t>(details.duration.minutes()));
    write_config(out, details.config);
    out.number(details.participants->size());
    for (const auto& participant : *details.participants) write_participant(out, participant);
    out.time(details.created_at);
    out.time(details.updated_at);
    out.number(details.tag);
    out.boolean(details.awaits_end);
}

domain::Duration read_duration(ByteReader& in) {
    const auto duration = domain::Duration::from_minutes(static_cast<std::int64_t>(in.number()));
    if (!duration) row_is_damaged();
    return *duration;
}

void skip_participant(ByteReader& in) {
    in.id<domain::ParticipantId>();
    in.text();
    in.optional([&] { return in.text(); });
    in.enumerator<domain::Role>();
    in.number();
}

/// All of them, or none but this one.
using Selected = std::optional<domain::ParticipantId>;

std::vector<domain::Participant> read_participants(ByteReader& in, const Selected& selected) {
    std::vector<domain::Participant> participants;
    for (auto left = in.number(); left > 0; --left) {
        auto next = in;
        if (selected && next.id<domain::ParticipantId>() != *selected) {
            skip_participant(in);
        } else {
            participants.push_back(read_participant(in));
        }
    }
    return participants;
}

domain::Details read_details(ByteReader& in, const Selected& selected) {
    // A braced list is evaluated from left to right.
    domain::Details details{
        in.id<domain::AppointmentId>(),
        read_text<domain::Title>(in),
        in.time(),
        read_duration(in),
        read_config(in),
        read_participants(in, selected),
        in.time(),
        in.time(),
        in.number(),
        in.boolean(),
        0,
        {}};
    details.tag = details.version;
    return details;
}

void write_scopes(ByteWriter& out, domain::Scopes scopes) {
    unsigned bits = 0;
    for (const auto scope : kAllOf<domain::Scope>) {
        if (scopes.has(scope)) bits |= 1U << byte_of(scope);
    }
    out.byte(static_cast<std::uint8_t>(bits));
}

domain::Scopes read_scopes(ByteReader& in) {
    domain::Scopes scopes;
    const unsigned bits = in.byte();
    for (std::uint8_t bit = 0; bit < 8; ++bit) {
        if ((bits >> bit & 1) == 0) continue;
        const auto scope = with_byte<domain::Scope>(bit);
        if (!scope) row_is_damaged();
        scopes.add(*scope);
    }
    return scopes;
}

void write_grant(ByteWriter& out, const domain::TokenGrant& grant) {
    out.bytes(grant.id.bytes);
    out.text(grant.name.value());
    write_scopes(out, grant.scopes);
    out.bytes(grant.secret_hash);
    out.optional(grant.expires_at, [&](domain::Timestamp time) { out.time(time); });
}

domain::TokenGrant read_grant(ByteReader& in) {
    return domain::TokenGrant{
        in.id<domain::TokenId>(),
        read_text<domain::TokenName>(in),
        read_scopes(in),
        in.bytes<32>(),
        in.optional([&] { return in.time(); })};
}

}  // namespace

std::string encode_head(const HeadRow& row) {
    ByteWriter out;
    out.number(row.head.sequence);
    out.bytes(row.head.hash);
    out.time(row.head.time);
    out.optional(row.frozen, [&](const Freeze& freeze) {
        out.number(freeze.position);
        out.number(freeze.sequence);
        out.text(freeze.vocabulary);
    });
    out.number(row.remembered_from);
    out.optional(row.remembered_since, [&](domain::Timestamp time) { out.time(time); });
    return out.take();
}

HeadRow decode_head(std::string_view row) {
    ByteReader in(row);
    const HeadRow decoded{
        {in.number(), in.bytes<32>(), in.time()},
        in.optional([&] {
            return Freeze{in.number(), in.number(), std::string(in.text())};
        }),
        in.number(),
        in.optional([&] { return in.time(); })};
    in.expect_end();
    return decoded;
}

std::string encode_document(domain::Version tag, const Document& document) {
    ByteWriter places;
    places.number(document.participants_at);
    for (const auto length : document.lengths) places.number(length);
    ByteWriter out;
    out.number(tag);
    out.text(places.take());
    out.rest(document.json);
    return out.take();
}

AppointmentDocument decode_document(std::string row) {
    ByteReader in(row);
    const auto tag = in.number();
    in.text();
    row.erase(0, row.size() - in.rest().size());
    return {tag, std::move(row)};
}

Document decode_rendered(std::string row) {
    ByteReader in(row);
    in.number();
    ByteReader places(in.text());
    Document document{{}, places.number(), {}};
    auto end = document.participants_at;
    while (!places.at_end()) end += document.lengths.emplace_back(places.number()) + 1;
    row.erase(0, row.size() - in.rest().size());
    if (end > row.size()) row_is_damaged();
    document.json = std::move(row);
    return document;
}

std::string encode_state(const domain::Appointment& appointment) {
    ByteWriter out;
    if (const auto* const details = domain::details_of(appointment)) {
        out.enumerator(domain::status_of(appointment));
        write_details(out, *details);
    } else {
        out.byte(kAbsentByte);
    }
    return out.take();
}

domain::Appointment decode_state(std::string_view bytes, const Selected& selected) {
    ByteReader in(bytes);
    domain::Appointment state;
    if (const auto byte = in.byte(); byte != kAbsentByte) {
        const auto status = with_byte<domain::Status>(byte);
        if (!status) row_is_damaged();
        state = domain::with_status(*status, read_details(in, selected));
    }
    in.expect_end();
    return state;
}

std::string encode_state_row(const StateRow& row) {
    ByteWriter out;
    out.number(row.unkept.facts);
    out.number(row.unkept.bytes);
    out.rest(encode_state(row.state));
    return out.take();
}

StateRow decode_state_row(std::string_view row, const Selected& selected) {
    ByteReader in(row);
    const Unkept unkept{in.number(), in.number()};
    StateRow decoded{decode_state(in.rest(), selected), unkept};
    if (domain::details_of(decoded.state) == nullptr) row_is_damaged();
    return decoded;
}

std::string encode_activity(const Activity& activity) {
    ByteWriter out;
    out.number(activity.sequence);
    out.number(activity.version);
    out.number(activity.updated);
    out.byte(activity.status ? byte_of(*activity.status) : kAbsentByte);
    out.time(activity.start);
    return out.take();
}

Activity decode_activity(std::string_view row) {
    ByteReader in(row);
    Activity activity{in.number(), in.number(), in.number(), std::nullopt, {}};
    const auto status = in.byte();
    if (status != kAbsentByte) {
        activity.status = with_byte<domain::Status>(status);
        if (!activity.status) row_is_damaged();
    }
    activity.start = in.time();
    in.expect_end();
    return activity;
}

std::string encode_time(domain::Timestamp time) {
    ByteWriter out;
    out.time(time);
    return out.take();
}

domain::Timestamp decode_time(std::string_view row) {
    ByteReader in(row);
    const auto time = in.time();
    in.expect_end();
    return time;
}

std::string encode_organization(const domain::Registered& organization) {
    ByteWriter out;
    out.bytes(organization.id.bytes);
    out.text(organization.name.value());
    out.time(organization.created_at);
    out.number(organization.tokens.size());
    for (const auto& token : organization.tokens) {
        write_grant(out, token.grant);
        out.time(token.created_at);
    }
    return out.take();
}

domain::Registered decode_organization(std::string_view row) {
    ByteReader in(row);
    domain::Registered organization{
        in.id<domain::OrganizationId>(), read_text<domain::OrganizationName>(in), in.time(), {}};
    for (auto left = in.number(); left > 0; --left) {
        organization.tokens.push_back({read_grant(in), in.time()});
    }
    in.expect_end();
    return organization;
}

std::string encode_token(const TokenRow& token) {
    ByteWriter out;
    out.bytes(token.id.bytes);
    write_scopes(out, token.scopes);
    out.optional(token.expires_at, [&](domain::Timestamp time) { out.time(time); });
    return out.take();
}

TokenRow decode_token(std::string_view row) {
    ByteReader in(row);
    const TokenRow token{
        in.id<domain::TokenId>(), read_scopes(in), in.optional([&] { return in.time(); })};
    in.expect_end();
    return token;
}

std::string encode_issued(const domain::TokenGrant& token) {
    ByteWriter out;
    write_grant(out, token);
    return out.take();
}

domain::TokenGrant decode_issued(std::string_view row) {
    ByteReader in(row);
    auto token = read_grant(in);
    in.expect_end();
    return token;
}

std::string encode_history(const HistoryRow& row) {
    ByteWriter out;
    out.number(row.sequence);
    out.byte(row.before ? byte_of(*row.before) : kAbsentByte);
    return out.take();
}

HistoryRow decode_history(std::string_view row) {
    ByteReader in(row);
    HistoryRow decoded{in.number(), {}};
    const auto status = in.byte();
    decoded.before = with_byte<domain::Status>(status);
    if (!decoded.before && status != kAbsentByte) row_is_damaged();
    in.expect_end();
    return decoded;
}

std::string encode_remembered(const ledger::Remembered& remembered) {
    ByteWriter out;
    out.bytes(remembered.request_hash);
    out.number(remembered.sequence);
    out.time(remembered.time);
    return out.take();
}

ledger::Remembered decode_remembered(std::string_view row) {
    ByteReader in(row);
    const ledger::Remembered remembered{in.bytes<32>(), in.number(), in.time()};
    in.expect_end();
    return remembered;
}

}  // namespace consularia::projections
