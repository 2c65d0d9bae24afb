#include "api/routes.hpp"

#include "api/accept.hpp"
#include "api/bodies/percent.hpp"
#include "api/handlers.hpp"

#include <algorithm>
#include <array>

namespace consularia::api {

namespace {

// What is special about an operation or a resource, in words.

constexpr Operation with_past(Operation one) {
    one.has_past = true;
    return one;
}

constexpr Resource outside_of_prefix(Resource one) {
    one.below_prefix = false;
    return one;
}

constexpr Resource page(Resource one) {
    one.page = true;
    return one;
}

constexpr Resource feed(Resource one) {
    one.feed = true;
    return one;
}

constexpr Resource proof(Resource one) {
    one.proof = true;
    return one;
}

constexpr Resource also(std::string_view type, Resource one) {
    one.also = type;
    return one;
}

constexpr std::array kAppointments{
    with_past({"GET", Access::read, list_appointments}),
    Operation{"POST", Access::write, create_appointment}};

constexpr std::array kAppointment{
    with_past({"GET", Access::read, retrieve_appointment}),
    Operation{"PATCH", Access::write, update_appointment},
    Operation{"DELETE", Access::write, destroy_appointment}};

constexpr std::array kStart{Operation{"POST", Access::write, start_appointment}};

constexpr std::array kComplete{Operation{"POST", Access::write, complete_appointment}};

constexpr std::array kHistory{Operation{"GET", Access::audit, list_history}};

constexpr std::array kAppointmentProof{Operation{"GET", Access::audit, prove_appointment}};

constexpr std::array kAuditEvents{Operation{"GET", Access::audit, list_audit_events}};

constexpr std::array kParticipants{Operation{"GET", Access::read, list_participants}};

constexpr std::array kAdd{Operation{"POST", Access::write, add_participants, Shape::list}};

constexpr std::array kRemove{Operation{"POST", Access::write, remove_participants, Shape::list}};

constexpr std::array kParticipant{
    Operation{"GET", Access::read, retrieve_participant},
    Operation{"PATCH", Access::write, update_participant},
    Operation{"DELETE", Access::write, destroy_participant}};

constexpr std::array kEvents{Operation{"GET", Access::read_or_events, list_events}};

constexpr std::array kTickets{Operation{"POST", Access::read_or_events, create_ticket}};

constexpr std::array kAuditHead{Operation{"GET", Access::audit, retrieve_audit_head}};
constexpr std::array kAuditKeys{Operation{"GET", Access::audit, list_audit_keys}};
constexpr std::array kAuditProof{Operation{"GET", Access::audit, prove_inclusion}};
constexpr std::array kAuditConsistency{Operation{"GET", Access::audit, prove_consistency}};
constexpr std::array kAuditExport{Operation{"GET", Access::audit, export_records}};

constexpr std::array kOrganizations{
    Operation{"GET", Access::admin, list_organizations},
    Operation{"POST", Access::admin, create_organization}};

constexpr std::array kOrganization{Operation{"GET", Access::admin, retrieve_organization}};

constexpr std::array kTokens{
    Operation{"GET", Access::admin, list_tokens}, Operation{"POST", Access::admin, create_token}};

constexpr std::array kToken{Operation{"DELETE", Access::admin, destroy_token}};

constexpr std::array kWebhooks{
    Operation{"GET", Access::webhooks, list_webhooks},
    Operation{"POST", Access::webhooks, create_webhook}};

constexpr std::array kWebhook{
    Operation{"GET", Access::webhooks, retrieve_webhook},
    Operation{"PATCH", Access::webhooks, update_webhook},
    Operation{"DELETE", Access::webhooks, destroy_webhook}};

constexpr std::array kRotate{Operation{"POST", Access::webhooks, rotate_webhook_secret}};

constexpr std::array kReplay{Operation{"POST", Access::webhooks, replay_webhook}};

constexpr std::array kTest{Operation{"POST", Access::webhooks, test_webhook}};

constexpr std::array kDeliveries{Operation{"GET", Access::webhooks, list_webhook_deliveries}};

constexpr std::array kRedeliver{Operation{"POST", Access::webhooks, redeliver_to_webhook}};

constexpr std::array kJoin{
    Operation{"GET", Access::link, show_link}, Operation{"POST", Access::link, join}};

constexpr std::array kConsole{Operation{"GET", Access::open, show_console}};
constexpr std::array kConsoleFile{Operation{"GET", Access::open, retrieve_console_file}};
constexpr std::array kSchema{Operation{"GET", Access::open, retrieve_schema}};
constexpr std::array kEventSchema{Operation{"GET", Access::open, retrieve_event_schema}};
constexpr std::array kHealth{Operation{"GET", Access::open, check_health}};
constexpr std::array kReadiness{Operation{"GET", Access::open, check_readiness}};

// Several may match a path: the first in this order is taken, so words come before values.
constexpr std::array kResources{
    Resource{"/appointments", "Appointment List", kAppointments},
    Resource{"/appointments/{id}", "Appointment Instance", kAppointment},
    Resource{"/appointments/{id}/start", "Start", kStart},
    Resource{"/appointments/{id}/complete", "Complete", kComplete},
    Resource{"/appointments/{id}/history", "History", kHistory},
    also(kRecordLines, proof({"/appointments/{id}/proof", "Appointment Proof", kAppointmentProof})),
    Resource{"/appointments/{id}/participants", "Participant List", kParticipants},
    Resource{"/appointments/{id}/participants/add", "Add", kAdd},
    Resource{"/appointments/{id}/participants/remove", "Remove", kRemove},
    Resource{
        "/appointments/{id}/participants/{participant_id}", "Participant Instance", kParticipant},
    feed({"/events", "Event List", kEvents}),
    Resource{"/events/tickets", "Ticket List", kTickets},
    also(kNote, proof({"/audit/head", "Audit Head", kAuditHead})),
    proof({"/audit/keys", "Audit Key List", kAuditKeys}),
    proof({"/audit/proof", "Audit Proof", kAuditProof}),
    proof({"/audit/consistency", "Audit Consistency", kAuditConsistency}),
    also(kRecordLines, proof({"/audit/export", "Audit Export", kAuditExport})),
    Resource{"/audit/events", "Audit Event List", kAuditEvents},
    Resource{"/organizations", "Organization List", kOrganizations},
    Resource{"/organizations/{id}", "Organization Instance", kOrganization},
    Resource{"/organizations/{id}/tokens", "Token List", kTokens},
    Resource{"/organizations/{id}/tokens/{token_id}", "Token Instance", kToken},
    Resource{"/webhooks", "Webhook List", kWebhooks},
    Resource{"/webhooks/{id}", "Webhook Instance", kWebhook},
    Resource{"/webhooks/{id}/rotate", "Rotate", kRotate},
    Resource{"/webhooks/{id}/replay", "Replay", kReplay},
    Resource{"/webhooks/{id}/test", "Test", kTest},
    Resource{"/webhooks/{id}/deliveries", "Delivery List", kDeliveries},
    Resource{"/webhooks/{id}/deliveries/{delivery_id}/redeliver", "Redeliver", kRedeliver},
    outside_of_prefix(page({"/join/{token}", "Access Link", kJoin})),
    outside_of_prefix(page({"/console", "Console", kConsole})),
    outside_of_prefix({"/console/{file}", "Console File", kConsoleFile}),
    Resource{"/schema", "Schema", kSchema},
    Resource{"/schema/events", "Event Schema", kEventSchema},
    outside_of_prefix({"/healthz", "Health", kHealth}),
    outside_of_prefix({"/readyz", "Readiness", kReadiness})};
static_assert(std::ranges::all_of(kResources, &Resource::has_one_audience));

/// Percent-decoded; a plus sign stands for itself.
std::string decode_segment(std::string_view segment) {
    std::string decoded;
    while (!segment.empty()) decoded += take_decoded(segment);
    return decoded;
}

/// Removes the next "/segment" from the front; empty segments match nothing.
std::string_view take_segment(std::string_view& path) {
    if (path.empty() || path.front() != '/') return {};
    const auto end = std::min(path.find('/', 1), path.size());
    const auto segment = path.substr(1, end - 1);
    path.remove_prefix(end);
    return segment;
}

bool matches(std::string_view path, std::string_view pattern, std::vector<std::string>& values) {
    values.clear();
    while (!path.empty() && !pattern.empty()) {
        const auto segment = take_segment(path);
        const auto wanted = take_segment(pattern);
        if (segment.empty()) return false;
        if (wanted.front() == '{') {
            values.push_back(decode_segment(segment));
        } else if (decode_segment(segment) != wanted) {
            return false;
        }
    }
    return pattern.empty() && (path.empty() || path == "/");
}

}  // namespace

const Operation* Resource::find(std::string_view method, bool read_only) const {
    if (method == "HEAD") method = "GET";
    if (read_only && method != "GET") return nullptr;
    const auto found =
        std::find_if(operations.begin(), operations.end(), [&](const Operation& one) {
            return one.method == method;
        });
    return found == operations.end() ? nullptr : &*found;
}

std::string Resource::allow(bool read_only) const {
    std::string methods;
    for (const auto& operation : operations) {
        if (find(operation.method, read_only) == nullptr) continue;
        methods += std::string(operation.method) + ", ";
    }
    if (find("GET") != nullptr) methods += "HEAD, ";
    return methods + "OPTIONS";
}

std::optional<domain::Scope> scope_of(Access access) {
    switch (access) {
        case Access::open:
        case Access::link:
        case Access::admin:
        case Access::read_or_events:
            return std::nullopt;
        case Access::read:
            return domain::Scope::read;
        case Access::write:
            return domain::Scope::write;
        case Access::events:
            return domain::Scope::events;
        case Access::webhooks:
            return domain::Scope::webhooks;
        case Access::audit:
            return domain::Scope::audit;
    }
    unknown_enumerator();
}

bool permits(Access access, const domain::Scopes& scopes) {
    if (access == Access::read_or_events) {
        return scopes.has(domain::Scope::read) || scopes.has(domain::Scope::events);
    }
    const auto scope = scope_of(access);
    return scope && scopes.has(*scope);
}

Match match(std::string_view path, std::string_view prefix) {
    Match found;
    const bool below = path.starts_with(prefix);
    for (const auto& resource : kResources) {
        if (resource.below_prefix && !below) continue;
        const auto rest = resource.below_prefix ? path.substr(prefix.size()) : path;
        if (matches(rest, resource.path, found.values)) {
            found.resource = &resource;
            return found;
        }
    }
    return found;
}

}  // namespace consularia::api
