#pragma once
// The handlers, one per operation, grouped by resource in the .cpp files of the same names. A
// handler refuses in one of two ways: at once, with call->failed(); or, once a write knows its
// organization, with refuse() of replies.hpp, since a used Idempotency-Key comes first.

#include "api/call.hpp"

namespace consularia::api {

// appointments.cpp
Step list_appointments(CallPtr call);
Step create_appointment(CallPtr call);
Step retrieve_appointment(CallPtr call);
Step update_appointment(CallPtr call);
Step destroy_appointment(CallPtr call);
Step start_appointment(CallPtr call);
Step complete_appointment(CallPtr call);

// history.cpp
Step list_history(CallPtr call);
Step list_audit_events(CallPtr call);

// appointment_proof.cpp
Step prove_appointment(CallPtr call);

// participants.cpp
Step list_participants(CallPtr call);
Step retrieve_participant(CallPtr call);
Step update_participant(CallPtr call);
Step destroy_participant(CallPtr call);
Step add_participants(CallPtr call);
Step remove_participants(CallPtr call);

// events.cpp
Step list_events(CallPtr call);
Step create_ticket(CallPtr call);

// audit.cpp
Step retrieve_audit_head(CallPtr call);
Step list_audit_keys(CallPtr call);
Step prove_inclusion(CallPtr call);
Step prove_consistency(CallPtr call);
Step export_records(CallPtr call);

// join.cpp
Step show_link(CallPtr call);
Step join(CallPtr call);

// organizations.cpp
Step list_organizations(CallPtr call);
Step create_organization(CallPtr call);
Step retrieve_organization(CallPtr call);
Step list_tokens(CallPtr call);
Step create_token(CallPtr call);
Step destroy_token(CallPtr call);

// console.cpp
Step show_console(CallPtr call);
Step retrieve_console_file(CallPtr call);

// webhooks.cpp
Step list_webhooks(CallPtr call);
Step create_webhook(CallPtr call);
Step retrieve_webhook(CallPtr call);
Step update_webhook(CallPtr call);
Step destroy_webhook(CallPtr call);
Step rotate_webhook_secret(CallPtr call);
Step replay_webhook(CallPtr call);

// webhook_deliveries.cpp
Step test_webhook(CallPtr call);
Step list_webhook_deliveries(CallPtr call);
Step redeliver_to_webhook(CallPtr call);

// system.cpp
Step retrieve_schema(CallPtr call);
Step retrieve_event_schema(CallPtr call);
Step check_health(CallPtr call);
Step check_readiness(CallPtr call);

}  // namespace consularia::api
