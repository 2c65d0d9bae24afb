#pragma once
// Time stamps of RFC 3161: what a time-stamping authority (TSA) is asked, and what its answers
// prove. Digests are SHA-256.

#include "domain/time.hpp"
#include "ledger/record/hash.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct x509_st;

namespace consularia::infra {

/// The bytes of an answer; its certificates are most of it.
inline constexpr std::size_t kMaxStampBytes = 256 << 10;

/// A request for a stamp of a digest, with a random nonce and for the TSA's certificates.
class StampRequest {
  public:
    explicit StampRequest(const ledger::Hash& digest);

    /// The body of a POST as application/timestamp-query.
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

    /// What is wrong with the answer, as the end of a sentence; empty if it is a signed stamp of
    /// the digest that answers this request. Whose signature it is only open_stamp() asks.
    [[nodiscard]] std::string fault_in(std::string_view answer) const;

  private:
    std::string bytes_;
};

/// The certificates of those whose TSAs are believed. Immutable and thread-safe.
class StampTrust {
  public:
    /// Reads a PEM file; empty if it cannot be read, or has no certificate.
    [[nodiscard]] static std::optional<StampTrust> read(const std::filesystem::path& file);

    [[nodiscard]] const std::vector<std::shared_ptr<x509_st>>& certificates() const {
        return certificates_;
    }

  private:
    std::vector<std::shared_ptr<x509_st>> certificates_;
};

enum class StampFault : std::uint8_t {
    malformed,  ///< No granted stamp of a SHA-256.
    forged,     ///< Its signature is not that of its own certificate.
    untrusted,  ///< Nobody who is believed vouches for the certificate or has it, or not for time
                ///< stamps.
};

struct OpenedStamp {
    std::optional<StampFault> fault;  ///< Nothing else holds with it.
    ledger::Hash digest{};
    domain::Timestamp time{};  ///< By the TSA's clock.
};

/// What a TSA's answer, as it was received, proves. Certificates must have been valid at the time
/// of the stamp: it still holds when they have expired since.
[[nodiscard]] OpenedStamp open_stamp(std::string_view answer, const StampTrust& trust);

}  // namespace consularia::infra
