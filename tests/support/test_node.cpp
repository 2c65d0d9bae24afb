#include "tests/support/test_node.hpp"

#include "base/check.hpp"
#include "ledger/commands/decision.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/record_codec.hpp"

#include <atomic>
#include <utility>

namespace consularia::test {

namespace {

constexpr int kMaxSteps = 1000;

std::uint32_t next_number() {
    static std::atomic<std::uint32_t> last = 0;
    return ++last;
}

}  // namespace

ledger::Submission submission(std::uint32_t organization, ledger::Command command) {
    return {
        .organization = samples::organization_id(organization),
        .actor = ledger::AdminActor{},
        .request = {"test", "test"},
        .idempotency = std::nullopt,
        .event_id = samples::make_id<domain::EventId>(next_number()),
        .command = std::move(command),
        .deadline = ledger::Clock::Steady(std::chrono::seconds(5)),
        .wanted = ledger::Wanted::rendering,
    };
}

ledger::Submission create_organization(std::uint32_t organization, domain::TokenGrant token) {
    return submission(
        organization,
        domain::CreateOrganization{samples::make_organization_name("Practice"), std::move(token)}
    );
}

ledger::Submission create_organization(std::uint32_t organization) {
    return create_organization(organization, samples::make_grant(1));
}

ledger::Submission schedule(std::uint32_t organization, std::uint32_t appointment) {
    auto command = samples::schedule_command();
    command.id = samples::appointment_id(appointment);
    return submission(organization, std::move(command));
}

ledger::Submission rename(
    std::uint32_t organization, std::uint32_t appointment, std::string title
) {
    domain::UpdateAppointment command;
    command.id = samples::appointment_id(appointment);
    command.title = samples::make_title(std::move(title));
    return submission(organization, std::move(command));
}

ledger::Submission start(std::uint32_t organization, std::uint32_t appointment) {
    return submission(
        organization, domain::StartAppointment{samples::appointment_id(appointment), std::nullopt}
    );
}

ledger::Submission remove(std::uint32_t organization, std::uint32_t appointment) {
    return submission(
        organization, domain::DeleteAppointment{samples::appointment_id(appointment), std::nullopt}
    );
}

ledger::Submission register_webhook(std::uint32_t organization, std::uint32_t webhook) {
    return submission(
        organization,
        domain::RegisterWebhook{samples::webhook_id(webhook), samples::webhook_settings(webhook)}
    );
}

ledger::Submission with_key(ledger::Submission submission, std::string key, std::uint8_t request) {
    ledger::Hash hash{};
    hash.fill(request);
    submission.idempotency = ledger::RequestKey{
        samples::codec().forms_of(submission.organization, std::move(key)), hash};
    return submission;
}

ledger::Submission by_token(ledger::Submission submission, std::uint32_t token) {
    submission.actor = ledger::TokenActor{samples::token_id(token)};
    submission.scope = domain::Scope::write;
    return submission;
}

ledger::Submission due(ledger::Submission submission, std::chrono::milliseconds at) {
    submission.deadline = ledger::Clock::Steady(at);
    return submission;
}

std::string record_of(const ledger::StateStore& store, const ledger::Submission& submission) {
    const auto state = store.read();
    auto decision = ledger::decide(
        samples::codec(),
        submission,
        ledger::Overlay(*state),
        ManualClock().now(),
        std::chrono::microseconds(1)
    );
    auto* sealed = std::get_if<ledger::Sealed>(&decision);
    CHECK(sealed != nullptr);
    return std::move(sealed->value);
}

std::string unknown_record(const ledger::StateStore& store, domain::OrganizationId organization) {
    const ledger::Head head = store.read()->head(organization);
    return R"({"source":"/organizations/)" + organization.to_string() + R"(","sequence":")" +
           std::to_string(head.sequence + 1) + R"(","prevhash":")" + ledger::to_hex(head.hash) +
           R"(","type":"dev.consularia.appointment.forgotten.v9"})";
}

TestNode::TestNode(
    ledger::Ledger& ledger,
    ManualClock& clock,
    ledger::ProcessorLimits limits,
    ledger::PartitionHealth health,
    MemoryStateStore::Options options
)
    : store(std::move(options)),
      processor(
          {.ledger = ledger,
           .store = store,
           .codec = samples::codec(),
           .clock = clock,
           .health = health},
          limits,
          [this] { tail_ready_ = true; }
      ) {}

std::size_t TestNode::submit(ledger::Submission submission) {
    const std::size_t number = replies_.size();
    replies_.emplace_back();
    auto handler = [this, number](ledger::Reply reply) {
        CHECK(!replies_[number]);  // Exactly once.
        replies_[number] = std::move(reply);
    };
    std::vector<ledger::Pending> commands;
    commands.push_back({std::move(submission), std::move(handler)});
    processor.enqueue(std::move(commands));
    return number;
}

void TestNode::run() {
    for (int i = 0; i < kMaxSteps; ++i) {
        tail_ready_ = false;
        if (!processor.step() && !tail_ready_) return;
    }
    const bool came_to_rest = false;
    CHECK(came_to_rest);
}

ledger::Reply TestNode::ask(ledger::Submission submission) {
    const std::size_t number = submit(std::move(submission));
    run();
    CHECK(replies_[number].has_value());
    return *replies_[number];
}

ledger::Head TestNode::head(std::uint32_t organization) const {
    return store.read()->head(samples::organization_id(organization));
}

std::string TestNode::title(std::uint32_t organization, std::uint32_t appointment) const {
    const auto found = store.read()->state_of(
        samples::organization_id(organization), samples::appointment_id(appointment)
    );
    const auto* details = domain::details_of(found);
    return details ? details->title.value() : "";
}

}  // namespace consularia::test
