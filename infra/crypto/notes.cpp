#include "infra/crypto/notes.hpp"

#include "base/check.hpp"
#include "base/hex.hpp"
#include "base/utf8.hpp"
#include "infra/crypto/crypto.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/proof_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <openssl/evp.h>
#include <utility>

namespace consularia::infra {
namespace {

constexpr std::string_view kDash = "\u2014 ";
constexpr std::string_view kChain = "chain ";
constexpr std::string_view kHistories = "histories ";
/// The signature type of Ed25519.
constexpr char kEd25519 = 1;
constexpr std::size_t kPublicKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kIdBytes = 4;

using Digest =
    std::unique_ptr<EVP_MD_CTX, decltype([](EVP_MD_CTX* held) { EVP_MD_CTX_free(held); })>;

void require(bool worked, const char* what) {
    if (!worked) throw ledger::StorageError(std::string("OpenSSL failed: ") + what);
}

const unsigned char* unsigned_data(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string_view bytes_of(const ledger::Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string key_id(std::string_view name, std::string_view public_key) {
    std::string named(name);
    named += '\n';
    named += kEd25519;
    named += public_key;
    return std::string(bytes_of(ledger::sha256(named)).substr(0, kIdBytes));
}

/// Looks for the blanks of ASCII only.
bool is_name(std::string_view name) {
    return !name.empty() && std::ranges::none_of(name, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '+' || c == '\x7f';
    });
}

/// Takes the next line off the text, without its line feed; empty if there is none.
std::optional<std::string_view> take_line(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

struct Signature {
    std::string_view name;
    std::string id;
    std::string bytes;
};

std::optional<Signature> parse_signature(std::string_view line) {
    if (!line.starts_with(kDash)) return std::nullopt;
    line.remove_prefix(kDash.size());
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos || !is_name(line.substr(0, blank))) return std::nullopt;
    auto bytes = parse_base64(line.substr(blank + 1));
    if (!bytes || bytes->size() <= kIdBytes) return std::nullopt;
    return Signature{line.substr(0, blank), bytes->substr(0, kIdBytes), bytes->substr(kIdBytes)};
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t size = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, size);
    const bool canonical = text == "0" || (!text.empty() && text[0] != '0');
    if (error != std::errc{} || stop != end || !canonical) return std::nullopt;
    return size;
}

bool is_note_text(std::string_view note) {
    return note.size() <= kMaxNoteBytes && replace_invalid_utf8(note) == note &&
           std::ranges::none_of(note, [](char c) {
               return static_cast<unsigned char>(c) < ' ' && c != '\n';
           });
}

}  // namespace

std::string to_text(const SignedHead& head) {
    std::string text = head.origin + '\n' + std::to_string(head.size) + '\n';
    text += ledger::base64_of(head.root) + '\n';
    text += kChain;
    text += ledger::to_hex(head.chain) + '\n';
    if (head.histories) text.append(kHistories).append(ledger::to_hex(*head.histories)) += '\n';
    return text;
}

std::optional<SignedHead> parse_head(std::string_view text) {
    const auto origin = take_line(text);
    const auto size_line = take_line(text);
    const auto root_line = take_line(text);
    const auto chain_line = take_line(text);
    if (!chain_line || origin->empty() || !chain_line->starts_with(kChain)) return std::nullopt;
    const auto size = parse_size(*size_line);
    const auto root = ledger::hash_of_base64(*root_line);
    const auto chain = ledger::parse_hash(chain_line->substr(kChain.size()));
    if (!size || !root || !chain) return std::nullopt;
    SignedHead head{std::string(*origin), *size, *root, *chain, {}};
    for (bool first = true; !text.empty(); first = false) {
        const auto extension = take_line(text);
        if (!extension || extension->empty()) return std::nullopt;
        if (!first || !extension->starts_with(kHistories)) continue;
        head.histories = ledger::parse_hash(extension->substr(kHistories.size()));
    }
    return head;
}

NoteKey::NoteKey(std::string_view seed) {
    CHECK(seed.size() == kSeedBytes);
    key_ = std::shared_ptr<EVP_PKEY>(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, unsigned_data(seed), seed.size()),
        EVP_PKEY_free
    );
    require(key_ != nullptr, "EVP_PKEY_new_raw_private_key");
    std::array<unsigned char, kPublicKeyBytes> bytes{};
    std::size_t size = bytes.size();
    require(
        EVP_PKEY_get_raw_public_key(key_.get(), bytes.data(), &size) == 1 && size == bytes.size(),
        "EVP_PKEY_get_raw_public_key"
    );
    public_key_.assign(bytes.begin(), bytes.end());
}

std::string NoteKey::verifier_key(std::string_view name) const {
    return std::string(name) + '+' + to_hex(key_id(name, public_key_)) + '+' +
           to_base64(kEd25519 + public_key_);
}

std::string NoteKey::sign(std::string_view name, std::string_view text) const {
    CHECK(is_name(name) && text.ends_with('\n'));
    const Digest digest(EVP_MD_CTX_new());
    require(digest != nullptr, "EVP_MD_CTX_new");
    require(
        EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key_.get()) == 1,
        "EVP_DigestSignInit"
    );
    std::array<unsigned char, kSignatureBytes> signature{};
    std::size_t size = signature.size();
    require(
        EVP_DigestSign(digest.get(), signature.data(), &size, unsigned_data(text), text.size()) ==
                1 &&
            size == signature.size(),
        "EVP_DigestSign"
    );
    std::string signed_bytes = key_id(name, public_key_);
    signed_bytes.append(signature.begin(), signature.end());
    std::string note(text);
    note += '\n';
    note += kDash;
    note += name;
    note += ' ';
    return note + to_base64(signed_bytes) + '\n';
}

std::optional<NoteVerifier> NoteVerifier::parse(std::string_view verifier_key) {
    const auto first = verifier_key.find('+');
    if (first == std::string_view::npos) return std::nullopt;
    const auto second = verifier_key.find('+', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    NoteVerifier verifier;
    verifier.name_ = verifier_key.substr(0, first);
    const auto id = verifier_key.substr(first + 1, second - first - 1);
    const auto key = parse_base64(verifier_key.substr(second + 1));
    if (!is_name(verifier.name_) || !key) return std::nullopt;
    if (key->size() != 1 + kPublicKeyBytes || key->front() != kEd25519) return std::nullopt;
    const auto public_key = key->substr(1);
    verifier.id_ = key_id(verifier.name_, public_key);
    if (id != to_hex(verifier.id_)) return std::nullopt;
    verifier.key_ = std::shared_ptr<EVP_PKEY>(
        EVP_PKEY_new_raw_public_key(
            EVP_PKEY_ED25519, nullptr, unsigned_data(public_key), public_key.size()
        ),
        EVP_PKEY_free
    );
    if (verifier.key_ == nullptr) return std::nullopt;
    return verifier;
}

bool NoteVerifier::verify(std::string_view text, std::string_view signature) const {
    if (signature.size() != kSignatureBytes) return false;
    const Digest digest(EVP_MD_CTX_new());
    require(digest != nullptr, "EVP_MD_CTX_new");
    require(
        EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key_.get()) == 1,
        "EVP_DigestVerifyInit"
    );
    return EVP_DigestVerify(
               digest.get(),
               unsigned_data(signature),
               signature.size(),
               unsigned_data(text),
               text.size()
           ) == 1;
}

OpenedNote open_note(std::string_view note, std::span<const NoteVerifier> keys) {
    constexpr std::string_view kBlankLine = "\n\n";
    const auto blank = note.rfind(kBlankLine);
    if (!is_note_text(note) || blank == std::string_view::npos) return {NoteFault::malformed};
    const auto text = note.substr(0, blank + 1);
    auto rest = note.substr(blank + kBlankLine.size());
    if (rest.empty()) return {NoteFault::malformed};
    std::optional<std::size_t> signer;
    bool forged = false;
    for (std::size_t lines = 0; !rest.empty(); ++lines) {
        const auto line = take_line(rest);
        const auto signature = line ? parse_signature(*line) : std::nullopt;
        if (!signature || lines == kMaxSignatures) return {NoteFault::malformed};
        const auto key = std::ranges::find_if(keys, [&](const NoteVerifier& known) {
            return known.name() == signature->name && known.id() == signature->id;
        });
        if (key == keys.end()) continue;
        if (!key->verify(text, signature->bytes)) forged = true;
        if (!signer) signer = static_cast<std::size_t>(key - keys.begin());
    }
    if (forged) return {NoteFault::forged};
    if (!signer) return {NoteFault::unknown};
    return {std::nullopt, std::string(text), *signer};
}

}  // namespace consularia::infra
