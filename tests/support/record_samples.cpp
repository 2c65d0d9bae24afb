#include "tests/support/record_samples.hpp"

#include "base/check.hpp"
#include "ledger/record/hash.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/record_codec.hpp"

#include <string_view>
#include <utility>
#include <variant>

namespace consularia::samples {

using namespace ledger;

History::History(std::uint32_t organization)
    : organization_(organization_id(organization)), now_(later(kStart, -120)) {}

Record History::next(RecordEvent event) const {
    return {
        {make_id<domain::EventId>(static_cast<std::uint32_t>(head_.sequence + 1)),
         organization_,
         head_.sequence + 1,
         head_.hash,
         now_,
         TokenActor{token_id()},
         "",
         std::nullopt},
        std::move(event)};
}

Record History::next(domain::AppointmentId appointment, domain::AppointmentEvent event) const {
    const auto found = versions_.find(appointment);
    const domain::Version version = found == versions_.end() ? 0 : found->second;
    return next(AppointmentRecordEvent{appointment, version + 1, std::move(event)});
}

std::string History::add(const Record& record) {
    if (const auto* const fact = std::get_if<AppointmentRecordEvent>(&record.event)) {
        const bool deleted = std::holds_alternative<domain::AppointmentDeleted>(fact->event);
        versions_[fact->id] = deleted ? 0 : fact->version;
    }
    return follow(encode(record), record.time);
}

std::string History::add_unknown_type() {
    const auto record = next(any_event());
    return follow(with_unknown_type(encode(record)), record.time);
}

Record History::next_skippable() const {
    return next(any_event());
}

std::string History::add_skippable(const Record& record) {
    return follow(as_skippable(encode(record)), record.time);
}

RecordEvent History::any_event() const {
    return OrganizationRecordEvent{organization_, 0, domain::TokenRevoked{token_id()}};
}

std::string History::create() {
    return add(domain::OrganizationCreated{make_organization_name("Consulate"), make_grant(1)});
}

std::string History::schedule(std::uint32_t appointment) {
    return add(appointment_id(appointment), scheduled_event());
}

std::string History::follow(std::string value, domain::Timestamp time) {
    head_ = {head_.sequence + 1, sha256(value), time};
    now_ = later(time, 1);
    return value;
}

std::string with_unknown_type(std::string value) {
    constexpr std::string_view name = R"("type":")";
    const auto from = value.find(name);
    CHECK(from != std::string::npos);
    const auto at = from + name.size();
    return value.replace(at, value.find('"', at) - at, "dev.consularia.weather.changed.v9");
}

std::string as_skippable(std::string value) {
    value = with_unknown_type(std::move(value));
    if (value.find(R"("skippable":true,"data":)") != std::string::npos) return value;
    return value.insert(value.rfind(R"("data":)"), R"("skippable":true,)");
}

Record with_key(Record record, std::string idempotency_key, std::uint8_t request) {
    Hash hash{};
    hash.fill(request);
    record.idempotency = Idempotency{std::move(idempotency_key), hash};
    return record;
}

std::vector<LogEntry> entries(const std::vector<std::string>& values, Position from) {
    std::vector<LogEntry> all;
    for (const auto& value : values) all.push_back({from++, value});
    return all;
}

}  // namespace consularia::samples
