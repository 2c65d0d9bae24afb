#include "ledger/commands/admission.hpp"

namespace consularia::ledger {

tl::expected<Admission::Ticket, std::string_view> Admission::admit(
    domain::OrganizationId organization, std::size_t bytes
) {
    const auto full = [bytes](const Usage& used, std::size_t commands, std::size_t limit) {
        if (used.commands == 0) return false;
        return used.commands >= commands || used.bytes + bytes > limit;
    };
    const std::lock_guard lock(mutex_);
    if (full(all_, limits_.commands, limits_.bytes)) {
        return tl::unexpected<std::string_view>("Too many commands are waiting.");
    }
    const auto found = usages_.find(organization);
    const Usage used = found == usages_.end() ? Usage{} : found->second;
    if (full(used, limits_.commands_per_organization, limits_.bytes_per_organization)) {
        return tl::unexpected<std::string_view>("Too many commands of the organization are waiting."
        );
    }
    Ticket ticket;
    ticket.usage_ =
        usages_.insert_or_assign(organization, Usage{used.commands + 1, used.bytes + bytes}).first;
    ticket.bytes_ = bytes;
    ticket.admission_ = this;
    ++all_.commands;
    all_.bytes += bytes;
    return ticket;
}

std::size_t Admission::commands() const {
    const std::lock_guard lock(mutex_);
    return all_.commands;
}

void Admission::release(const Ticket& ticket) {
    const std::lock_guard lock(mutex_);
    --all_.commands;
    all_.bytes -= ticket.bytes_;
    Usage& used = ticket.usage_->second;
    used.bytes -= ticket.bytes_;
    if (--used.commands == 0) usages_.erase(ticket.usage_);
}

}  // namespace consularia::ledger
