#pragma once
// One webhook that is delivered to: which facts there are for it, and what becomes of them.

#include "domain/webhook/webhook.hpp"
#include "journal/journal.hpp"
#include "ledger/log/clock.hpp"
#include "reactions/webhooks/attempt.hpp"
#include "reactions/webhooks/deliveries.hpp"
#include "reactions/webhooks/progress.hpp"
#include "reactions/webhooks/schedule.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace consularia::reactions::webhooks {

/// One moment on both clocks.
struct Moment {
    ledger::Clock::Steady steady;
    domain::Timestamp wall;
};

/// What is read of the journal for one webhook before it is another's turn. The second is exceeded
/// by no more than one fact.
struct ReadBudget {
    std::size_t facts = 256;
    std::size_t bytes = std::size_t{1} << 20;
};

/// Rows of the log of deliveries that are to be written.
using Rows = std::vector<std::pair<domain::WebhookId, Delivery>>;

class Subscription {
  public:
    struct Kept {
        Progress progress;
        std::vector<Delivery> deliveries;  ///< After its position.
    };

    struct Beginning {
        domain::OrganizationId organization;
        domain::Webhook webhook;
        Kept kept;
        const ScheduleLimits& limits;  ///< Outlive the subscription.
        Schedule::Random random;
        Moment now;
    };

    explicit Subscription(Beginning beginning);

    [[nodiscard]] domain::OrganizationId organization() const { return organization_; }

    [[nodiscard]] const domain::Webhook& webhook() const { return webhook_; }

    [[nodiscard]] Schedule& schedule() { return schedule_; }

    [[nodiscard]] const Schedule& schedule() const { return schedule_; }

    /// One with another start or other types has to be made again.
    void change(domain::Webhook webhook, Moment now);

    struct Read {
        bool more = false;            ///< There is more that could be taken now.
        bool about_webhooks = false;  ///< A fact was about webhooks of the organization.
    };

    /// Takes in facts up to `head`, as far as window and budget go. Throws StorageError.
    [[nodiscard]] Read read(
        const journal::Journal& journal,
        ledger::Sequence head,
        Moment now,
        const ReadBudget& budget,
        Rows& rows
    );

    /// An event in flight was attempted.
    void finish(ledger::Sequence sequence, const Attempt& attempt, Moment now, Rows& rows);

    /// An event was delivered, by an attempt that the schedule knows nothing of.
    void delivered(ledger::Sequence sequence, Moment now);

    [[nodiscard]] Progress progress(Moment now) const;

  private:
    struct Waiting {
        std::string type;
        std::uint32_t attempts = 0;
    };

    void take(const Delivery& kept, const std::string& subject, Moment now);
    [[nodiscard]] Delivery row_of(ledger::Sequence sequence, const Waiting& waiting) const;

    const domain::OrganizationId organization_;
    domain::Webhook webhook_;
    Schedule schedule_;
    std::map<ledger::Sequence, Delivery> kept_;    ///< Not taken in yet.
    std::map<ledger::Sequence, Waiting> waiting_;  ///< In the window, not delivered.
};

}  // namespace consularia::reactions::webhooks
