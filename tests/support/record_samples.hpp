#pragma once
// Whole histories for tests: records that follow each other, as values of a log.

#include "domain/appointment/events.hpp"
#include "domain/ids.hpp"
#include "domain/organization/events.hpp"
#include "domain/time.hpp"
#include "domain/webhook/events.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/record.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace consularia::samples {

/// Writes one organization's records, each the successor of the one before. Does not judge them:
/// what happens to an appointment may be impossible. A record comes a minute after its predecessor,
/// the first at 08:00 on the sample appointment's day.
class History {
  public:
    explicit History(std::uint32_t organization = 1);

    [[nodiscard]] domain::OrganizationId organization() const { return organization_; }

    /// The record added last, as its organization's head.
    [[nodiscard]] const ledger::Head& head() const { return head_; }

    /// The record that would follow, to be changed by hand before it is added.
    [[nodiscard]] ledger::Record next(ledger::RecordEvent event) const;
    /// The next record of an appointment, with the version that follows the last one added.
    [[nodiscard]] ledger::Record next(
        domain::AppointmentId appointment, domain::AppointmentEvent event
    ) const;

    /// Adds a record and returns its value. Its sequence, prevhash and time count from then on.
    std::string add(const ledger::Record& record);

    std::string add(domain::OrganizationEvent event) {
        return add(next(ledger::OrganizationRecordEvent{organization_, 0, std::move(event)}));
    }

    std::string add(domain::WebhookEvent event) {
        const domain::WebhooksId all{organization_.bytes};
        return add(next(ledger::WebhookRecordEvent{all, 0, std::move(event)}));
    }

    std::string add(domain::AppointmentId appointment, domain::AppointmentEvent event) {
        return add(next(appointment, std::move(event)));
    }

    /// Adds the next record with an unknown type: only its place in the chain can be read.
    std::string add_unknown_type();

    /// The record whose bytes add_skippable() changes.
    [[nodiscard]] ledger::Record next_skippable() const;
    /// Adds a record of an unknown type that is marked as skippable.
    std::string add_skippable(const ledger::Record& record);

    std::string add_skippable() { return add_skippable(next_skippable()); }

    /// Adds organization.created: "Consulate", with the token make_grant(1).
    std::string create();
    /// Adds the sample appointment under this number.
    std::string schedule(std::uint32_t appointment = 1);

    /// The next record's time.
    void set_now(domain::Timestamp now) { now_ = now; }

  private:
    std::string follow(std::string value, domain::Timestamp time);
    [[nodiscard]] ledger::RecordEvent any_event() const;

    domain::OrganizationId organization_;
    ledger::Head head_;
    domain::Timestamp now_;
    std::map<domain::AppointmentId, domain::Version> versions_;
};

/// The bytes of a record, with a type that no binary knows.
[[nodiscard]] std::string with_unknown_type(std::string value);
/// The same, marked as skippable.
[[nodiscard]] std::string as_skippable(std::string value);

/// The record with an Idempotency-Key; its request's hash is filled with `request`.
[[nodiscard]] ledger::Record with_key(
    ledger::Record record, std::string idempotency_key, std::uint8_t request = 1
);

/// The values as entries of a log, from this position on.
[[nodiscard]] std::vector<ledger::LogEntry> entries(
    const std::vector<std::string>& values, ledger::Position from = 0
);

}  // namespace consularia::samples
