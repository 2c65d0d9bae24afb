#pragma once
// Signed notes (C2SP signed-note) with Ed25519, and the heads of organizations as notes (C2SP
// tlog-checkpoint). A key's name is the origin of the heads that it signs, as tlog-checkpoint asks:
// the same key has another verifier key for each organization.

#include "ledger/record/hash.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace consularia::infra {

/// What an organization's tree and chain have come to: the text of a note.
struct SignedHead {
    std::string origin;      ///< `<host of the public URL>/organizations/<id>`
    std::uint64_t size = 0;  ///< The sequence of the last fact.
    ledger::Hash root{};     ///< The Merkle tree's: ledger/record/merkle.hpp.
    ledger::Hash chain{};    ///< The hash of the last fact; all zero without facts.
    /// The root of the histories (ledger/record/sparse_tree.hpp), if the head says it.
    std::optional<ledger::Hash> histories{};

    friend bool operator==(const SignedHead&, const SignedHead&) = default;
};

/// Lines: origin, size, base64 of the root, `chain <64 hex digits>`, and `histories <64 hex
/// digits>` if they are known.
[[nodiscard]] std::string to_text(const SignedHead& head);

/// Reads what to_text prints; other extension lines after these are allowed, and ignored.
[[nodiscard]] std::optional<SignedHead> parse_head(std::string_view text);

/// The key pair with this seed of 32 bytes. Thread-safe.
class NoteKey {
  public:
    static constexpr std::size_t kSeedBytes = 32;

    /// Precondition: the seed has kSeedBytes.
    explicit NoteKey(std::string_view seed);

    /// `name+hex+base64`, what verifiers are given. The name has no blanks and no plus sign.
    [[nodiscard]] std::string verifier_key(std::string_view name) const;

    /// The text, which ends with a line feed, with a signature line of this name after it.
    [[nodiscard]] std::string sign(std::string_view name, std::string_view text) const;

  private:
    std::shared_ptr<evp_pkey_st> key_;
    std::string public_key_;
};

/// A public key that verifies notes. Thread-safe.
class NoteVerifier {
  public:
    /// Reads a verifier key; empty if it is not one of Ed25519 with the id that its name and key
    /// lead to.
    [[nodiscard]] static std::optional<NoteVerifier> parse(std::string_view verifier_key);

    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] const std::string& id() const { return id_; }  ///< Four bytes.

    /// Whether the 64 bytes are this key's signature of the text.
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

  private:
    std::string name_;
    std::string id_;
    std::shared_ptr<evp_pkey_st> key_;
};

enum class NoteFault : std::uint8_t {
    malformed,  ///< Not a signed note.
    unknown,    ///< No signature is of one of the keys.
    forged,     ///< A signature that names one of the keys is not of that key.
};

/// What a note says.
struct OpenedNote {
    std::optional<NoteFault> fault;  ///< Nothing else holds with it.
    std::string text{};              ///< With its last line feed.
    std::size_t key = 0;             ///< The first of the keys that signed it.
};

/// Signatures of other keys are ignored, as signed-note asks. At most kMaxNoteBytes and
/// kMaxSignatures; more is malformed.
inline constexpr std::size_t kMaxNoteBytes = 64 << 10;
inline constexpr std::size_t kMaxSignatures = 64;
[[nodiscard]] OpenedNote open_note(std::string_view note, std::span<const NoteVerifier> keys);

}  // namespace consularia::infra
