#pragma once
// A time-stamping authority in memory, whose certificates are valid when a test says, and which
// stamps at any time.

#include "domain/time.hpp"
#include "infra/crypto/time_stamps.hpp"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace consularia::test {

class TestTsa {
  public:
    /// Its certificate is of a CA of its own, valid for the same time.
    TestTsa(domain::Timestamp from, domain::Timestamp to);

    /// The answer to a request, stamped at this time.
    [[nodiscard]] std::string answer(std::string_view request, domain::Timestamp moment) const;

    /// In its CA.
    [[nodiscard]] infra::StampTrust trust() const;

  private:
    std::shared_ptr<evp_pkey_st> key_;
    std::shared_ptr<x509_st> ca_;
    std::shared_ptr<x509_st> certificate_;
};

}  // namespace consularia::test
