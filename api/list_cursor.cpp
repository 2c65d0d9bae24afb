#include "api/list_cursor.hpp"

#include "api/appointment_query.hpp"
#include "ledger/record/hash.hpp"

#include <cstddef>

namespace consularia::api {

namespace {

constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kFilterDigits = 16;
constexpr std::size_t kCheckDigits = 8;

std::string digest(std::string_view text, std::size_t digits) {
    return ledger::to_hex(ledger::sha256(text)).substr(0, digits);
}

std::string digest_of_filters(const Query& query) {
    std::string text;
    for (const auto name : kAppointmentFilters) {
        const auto value = query.last(name).value_or("");
        text += std::to_string(value.size()) + ' ' + value;
    }
    return digest(text, kFilterDigits);
}

std::string check_of(domain::OrganizationId organization, std::string_view text) {
    return digest(organization.to_string() + '\n' + std::string(text), kCheckDigits);
}

}  // namespace

std::string make_cursor(
    domain::OrganizationId organization, const Query& query, domain::AppointmentId after
) {
    const auto text = domain::format_uuid_bare(after.bytes) + digest_of_filters(query);
    return text + check_of(organization, text);
}

std::optional<ListCursor> read_cursor(
    domain::OrganizationId organization, const Query& query, std::string_view text
) {
    if (text.size() != kIdDigits + kFilterDigits + kCheckDigits) return std::nullopt;
    const auto checked = text.substr(0, kIdDigits + kFilterDigits);
    if (text.substr(checked.size()) != check_of(organization, checked)) return std::nullopt;
    const auto id = domain::AppointmentId::parse(checked.substr(0, kIdDigits));
    if (!id) return std::nullopt;
    return ListCursor{*id, checked.substr(kIdDigits) == digest_of_filters(query)};
}

}  // namespace consularia::api
