#pragma once
// Limits the commands that wait for a partition's worker, by number and bytes, in total and per
// organization.

#include "domain/ids.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

namespace consularia::ledger {

/// For admitted commands without an answer. A command is always admitted if none is before it,
/// however large it is.
struct AdmissionLimits {
    std::size_t commands = 10'000;
    std::size_t commands_per_organization = 2'500;
    std::size_t bytes = 64 << 20;
    std::size_t bytes_per_organization = 16 << 20;
};

/// Thread-safe. Outlives its tickets.
class Admission {
    struct Usage {
        std::size_t commands = 0;
        std::size_t bytes = 0;
    };

    using Usages = std::map<domain::OrganizationId, Usage>;

  public:
    /// The room that one command takes up, returned when the ticket is destroyed. Empty: none.
    class Ticket {
      public:
        Ticket() = default;

        Ticket(Ticket&& other) noexcept { swap(other); }

        Ticket& operator=(Ticket&& other) noexcept {
            Ticket taken(std::move(other));
            swap(taken);
            return *this;
        }

        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;

        ~Ticket() {
            if (admission_ != nullptr) admission_->release(*this);
        }

      private:
        friend class Admission;

        void swap(Ticket& other) noexcept {
            std::swap(admission_, other.admission_);
            std::swap(usage_, other.usage_);
            std::swap(bytes_, other.bytes_);
        }

        Admission* admission_ = nullptr;
        Usages::iterator usage_;
        std::size_t bytes_ = 0;
    };

    explicit Admission(AdmissionLimits limits) : limits_(limits) {}

    /// A ticket for a command of approximately this many bytes, or why it may not wait.
    [[nodiscard]] tl::expected<Ticket, std::string_view> admit(
        domain::OrganizationId organization, std::size_t bytes
    );

    /// Commands with a ticket.
    [[nodiscard]] std::size_t commands() const;

  private:
    void release(const Ticket& ticket);

    const AdmissionLimits limits_;

    mutable std::mutex mutex_;  // guards everything below
    Usage all_;
    Usages usages_;  ///< Only for organizations with commands.
};

}  // namespace consularia::ledger
