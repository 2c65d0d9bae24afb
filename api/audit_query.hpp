#pragma once
// The numbers in the queries of auditors (docs/api.md, Audit).

#include "api/bodies/errors.hpp"
#include "api/paging.hpp"
#include "ledger/record/record.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace consularia::api {

/// Reads numbers and collects what is wrong with them.
class AuditNumbers {
  public:
    explicit AuditNumbers(std::string_view query) : query_(query) {}

    /// `otherwise`, if the parameter is absent; without that it is required. 0 if it is wrong.
    std::uint64_t number(
        const std::string& name,
        std::uint64_t least,
        std::optional<std::uint64_t> otherwise = std::nullopt
    );

    /// Refuses a number that is greater than the other one, unless something is wrong already.
    void expect_order(
        const std::string& name,
        std::uint64_t value,
        const std::string& other,
        std::uint64_t other_value
    );

    [[nodiscard]] const Errors& errors() const { return errors_; }

  private:
    Query query_;
    Errors errors_;
};

}  // namespace consularia::api
