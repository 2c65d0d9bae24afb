#include "api/bodies/requests.hpp"

#include "api/bodies/object_fields.hpp"
#include "api/bodies/sentences.hpp"
#include "api/bodies/value_text.hpp"

#include <algorithm>
#include <utility>

namespace consularia::api {

namespace {

/// The body as a list of at most this many items, or the error.
Read<Array> read_list(const Value& body, std::size_t max, std::string_view too_many) {
    auto items = body.array();
    if (!items) return tl::unexpected(Errors::of_whole(not_a_list(type_name(body))));
    if (items->size() > max) return tl::unexpected(Errors::of_whole(std::string(too_many)));
    return *std::move(items);
}

/// The item of a list as an object, or its error.
Read<Object> read_item(const Value& item) {
    if (item.is_null()) return tl::unexpected(sentence(kNull));
    return read_object(item);
}

struct Participants {
    std::vector<Errors> errors;
    std::vector<std::optional<domain::UniqueId>> unique_ids;
    std::vector<domain::NewParticipant> valid;  ///< From the items without errors.

    void add(const Value& item) {
        Errors& error = errors.emplace_back();
        auto& known_id = unique_ids.emplace_back();
        const auto object = read_item(item);
        if (!object) {
            error = object.error();
            return;
        }
        Fields fields(*object);
        auto unique_id = fields.required("unique_id", read_unique_id);
        auto display_name = fields.optional("display_name", read_display_name);
        const auto role = fields.required("role", read_role);
        error = std::move(fields.errors);
        known_id = unique_id;
        if (!error.empty()) return;
        valid.push_back({{}, std::move(*unique_id), std::move(display_name), *role});
    }
};

bool all_empty(const std::vector<Errors>& errors) {
    return std::all_of(errors.begin(), errors.end(), [](const Errors& one) { return one.empty(); });
}

Participants read_participants(const Array& items) {
    Participants participants;
    items.for_each([&](const Value& item) { participants.add(item); });
    return participants;
}

/// A list within a create: duplicates are also found here.
Read<std::vector<domain::NewParticipant>> read_new_participants(const Value& value) {
    if (value.is_null()) return tl::unexpected(sentence(kNull));
    const auto items =
        read_list(value, domain::limits::kParticipants.accepted, too_many_participants());
    if (!items) return tl::unexpected(items.error());
    Participants participants = read_participants(*items);
    const auto duplicates = domain::find_duplicates({}, participants.unique_ids);
    for (std::size_t i = 0; i < duplicates.size(); ++i) {
        if (!duplicates[i]) continue;
        Errors error = Errors::of_field("unique_id", sentence(kDuplicateUniqueId));
        for (auto& [field, more] : std::get<Errors::Fields>(participants.errors[i].data)) {
            error.add(field, std::move(more));
        }
        participants.errors[i] = std::move(error);
    }
    if (all_empty(participants.errors)) return std::move(participants.valid);
    return tl::unexpected(Errors{std::move(participants.errors)});
}

Read<std::optional<domain::Timestamp>> read_datetime_or_null(const Value& value) {
    if (value.is_null()) return std::optional<domain::Timestamp>();
    return read_datetime(value).map([](domain::Timestamp moment) { return std::optional(moment); });
}

}  // namespace

Read<CreateBody> read_create(const Value& body) {
    const auto object = read_object(body);
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    auto title = fields.required("title", read_title);
    const auto start = fields.required("start_date_time", read_datetime);
    const auto duration = fields.required("duration_minutes", read_duration);
    auto participants = fields.required("participants", read_new_participants);
    auto config = fields.optional("config", read_config);
    if (!fields.errors.empty()) return tl::unexpected(std::move(fields.errors));
    return CreateBody{
        std::move(*title),
        *start,
        *duration,
        config ? std::move(*config) : domain::Config{},
        std::move(*participants)};
}

Read<UpdateBody> read_update(const Value& body) {
    const auto object = read_object(body);
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    UpdateBody update;
    update.title = fields.optional("title", read_title);
    update.start = fields.optional("start_date_time", read_datetime);
    update.duration = fields.optional("duration_minutes", read_duration);
    update.config = fields.optional("config", read_config);
    if (!fields.errors.empty()) return tl::unexpected(std::move(fields.errors));
    return update;
}

bool AddBody::good() const {
    return !list_error && all_empty(errors);
}

AddBody read_add(const Value& body) {
    AddBody add;
    if (body.is_null()) {
        add.list_error = Errors::of_whole(std::string(kNoData));
        return add;
    }
    const auto items =
        read_list(body, domain::limits::kParticipants.accepted, too_many_participants());
    if (!items) {
        add.list_error = items.error();
        return add;
    }
    Participants participants = read_participants(*items);
    add.errors = std::move(participants.errors);
    add.unique_ids = std::move(participants.unique_ids);
    if (add.good()) add.participants = std::move(participants.valid);
    return add;
}

bool RemoveBody::good() const {
    return !list_error && all_empty(errors);
}

RemoveBody read_remove(const Value& body) {
    RemoveBody remove;
    if (body.is_null()) {
        remove.list_error = Errors::of_whole(std::string(kNoData));
        return remove;
    }
    const auto items = read_list(body, kMaxRemovals, too_many_items(kMaxRemovals));
    if (!items) {
        remove.list_error = items.error();
        return remove;
    }
    items->for_each([&](const Value& item) {
        Errors& error = remove.errors.emplace_back();
        auto& id = remove.ids.emplace_back();
        const auto object = read_item(item);
        if (!object) {
            error = object.error();
            return;
        }
        Fields fields(*object);
        id = fields.required("id", read_participant_id);
        error = std::move(fields.errors);
    });
    return remove;
}

Read<ParticipantBody> read_participant_update(const Value& body) {
    const auto object = read_object(body);
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    ParticipantBody update;
    update.display_name = fields.optional("display_name", read_display_name_or_null);
    update.role = fields.optional("role", read_role);
    if (!fields.errors.empty()) return tl::unexpected(std::move(fields.errors));
    return update;
}

Read<domain::OrganizationName> read_organization_create(const Value& body) {
    const auto object = read_object(body);
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    auto name = fields.required("name", read_organization_name);
    if (!name) return tl::unexpected(std::move(fields.errors));
    return std::move(*name);
}

Read<TokenBody> read_token_create(const Value& body, domain::Timestamp now) {
    const auto object = read_object(body);
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    auto name = fields.required("name", read_token_name);
    const auto scopes = fields.required("scopes", read_scopes);
    const auto expires_at =
        fields.optional("expires_at", read_datetime_or_null).value_or(std::nullopt);
    if (!fields.errors.empty()) {
        if (expires_at && *expires_at <= now) {
            fields.errors.add("expires_at", sentence(kNotInTheFuture));
        }
        return tl::unexpected(std::move(fields.errors));
    }
    return TokenBody{std::move(*name), *scopes, expires_at};
}

}  // namespace consularia::api
