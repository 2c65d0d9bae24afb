#pragma once
// Who may post now: the posts under way are shared between organizations, and endpoints in trouble
// leave half of them to those that work.

#include "domain/ids.hpp"

#include <cstddef>
#include <map>

namespace consularia::reactions::webhooks {

struct SlotLimits {
    std::size_t all = 64;
    std::size_t of_organization = 16;
    std::size_t in_trouble = 32;  ///< To endpoints whose last attempt failed.
};

/// For one thread.
class Slots {
  public:
    struct Slot {
        domain::OrganizationId organization;
        bool in_trouble = false;
    };

    explicit Slots(const SlotLimits& limits) : limits_(limits) {}

    [[nodiscard]] bool free(const Slot& wanted) const {
        const auto found = by_organization_.find(wanted.organization);
        const auto own = found == by_organization_.end() ? 0 : found->second;
        return taken_ < limits_.all && own < limits_.of_organization &&
               (!wanted.in_trouble || in_trouble_ < limits_.in_trouble);
    }

    void take(const Slot& slot) {
        ++taken_;
        ++by_organization_[slot.organization];
        if (slot.in_trouble) ++in_trouble_;
    }

    void give_back(const Slot& slot) {
        --taken_;
        const auto found = by_organization_.find(slot.organization);
        if (--found->second == 0) by_organization_.erase(found);
        if (slot.in_trouble) --in_trouble_;
    }

    [[nodiscard]] std::size_t taken() const { return taken_; }

  private:
    const SlotLimits limits_;
    std::size_t taken_ = 0;
    std::size_t in_trouble_ = 0;
    std::map<domain::OrganizationId, std::size_t> by_organization_;
};

}  // namespace consularia::reactions::webhooks
