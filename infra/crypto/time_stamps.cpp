#include "infra/crypto/time_stamps.hpp"

#include "infra/crypto/crypto.hpp"
#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>
#include <span>
#include <utility>

namespace consularia::infra {

namespace {

/// Frees what OpenSSL has made.
template <auto kFree>
struct Freed {
    void operator()(auto* held) const { kFree(held); }
};

using Query = std::unique_ptr<TS_REQ, Freed<TS_REQ_free>>;
using Answer = std::unique_ptr<TS_RESP, Freed<TS_RESP_free>>;
using Check = std::unique_ptr<TS_VERIFY_CTX, Freed<TS_VERIFY_CTX_free>>;
using Integer = std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Imprint = std::unique_ptr<TS_MSG_IMPRINT, Freed<TS_MSG_IMPRINT_free>>;
using Algorithm = std::unique_ptr<X509_ALGOR, Freed<X509_ALGOR_free>>;
using Store = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificates = std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * held) {
                                         sk_X509_pop_free(held, X509_free);
                                     })>;

constexpr std::size_t kNonceBytes = 16;
/// What a TSA says about a refusal has at most so many bytes.
constexpr std::size_t kMaxReasonBytes = 200;

void require(bool worked, const char* what) {
    if (!worked) throw ledger::StorageError(std::string("OpenSSL failed: ") + what);
}

const unsigned char* unsigned_data(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string_view view_of(const ASN1_STRING* text) {
    return {
        reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
        static_cast<std::size_t>(ASN1_STRING_length(text))};
}

/// Null if the bytes are anything else.
Answer parse_answer(std::string_view bytes) {
    if (bytes.size() > kMaxStampBytes) return nullptr;
    const auto* at = unsigned_data(bytes);
    Answer answer(d2i_TS_RESP(nullptr, &at, static_cast<long>(bytes.size())));
    ERR_clear_error();
    if (at != unsigned_data(bytes) + bytes.size()) return nullptr;
    return answer;
}

long status_of(TS_RESP* answer) {
    return ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(answer)));
}

bool is_granted(TS_RESP* answer) {
    const auto status = status_of(answer);
    const bool granted = status == TS_STATUS_GRANTED || status == TS_STATUS_GRANTED_WITH_MODS;
    return granted && TS_RESP_get_token(answer) != nullptr &&
           TS_RESP_get_tst_info(answer) != nullptr;
}

/// What the TSA says, of which nothing harms a terminal.
std::string refusal_in(TS_RESP* answer) {
    std::string reason = "the TSA refused with status " + std::to_string(status_of(answer));
    const auto* const texts = TS_STATUS_INFO_get0_text(TS_RESP_get_status_info(answer));
    for (int i = 0; i < sk_ASN1_UTF8STRING_num(texts); ++i) {
        reason += i == 0 ? ": " : " ";
        reason += view_of(sk_ASN1_UTF8STRING_value(texts, i));
    }
    reason.resize(std::min(reason.size(), kMaxReasonBytes));
    std::ranges::replace_if(
        reason, [](char c) { return c < ' ' || c > '~'; }, '?'
    );
    return reason;
}

/// Where to look for the signer's certificate; null if the answer brings it.
Certificates signers_of(TS_RESP* answer, const StampTrust& trust) {
    auto* const brought = PKCS7_get0_signers(TS_RESP_get_token(answer), nullptr, 0);
    ERR_clear_error();
    sk_X509_free(brought);
    if (brought != nullptr) return nullptr;
    Certificates all(sk_X509_new_null());
    require(all != nullptr, "sk_X509_new_null");
    for (const auto& certificate : trust.certificates()) {
        require(sk_X509_push(all.get(), certificate.get()) > 0, "sk_X509_push");
        X509_up_ref(certificate.get());
    }
    return all;
}

std::optional<StampFault> fault_of_signature(TS_RESP* answer, const Certificates& signers) {
    const int verified = PKCS7_verify(
        TS_RESP_get_token(answer), signers.get(), nullptr, nullptr, nullptr, PKCS7_NOVERIFY
    );
    const auto reason = ERR_GET_REASON(ERR_peek_last_error());
    ERR_clear_error();
    if (verified == 1) return std::nullopt;
    const bool is_unknown = reason == PKCS7_R_SIGNER_CERTIFICATE_NOT_FOUND;
    return is_unknown ? StampFault::untrusted : StampFault::forged;
}

std::string mismatch() {
    const auto error = ERR_peek_last_error();
    ERR_clear_error();
    switch (ERR_GET_REASON(error)) {
        case TS_R_MESSAGE_IMPRINT_MISMATCH:
            return "the TSA stamped another digest";
        case TS_R_NONCE_MISMATCH:
        case TS_R_NONCE_NOT_RETURNED:
            return "the TSA answered another request";
        default:
            break;
    }
    const auto* const reason = ERR_reason_error_string(error);
    return std::string("the TSA's answer does not fit: ") + (reason ? reason : "it is malformed");
}

/// Empty for another algorithm.
std::optional<ledger::Hash> digest_in(TS_RESP* answer) {
    auto* const imprint = TS_TST_INFO_get_msg_imprint(TS_RESP_get_tst_info(answer));
    const ASN1_OBJECT* algorithm = nullptr;
    X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
    const auto bytes = view_of(TS_MSG_IMPRINT_get_msg(imprint));
    ledger::Hash digest{};
    if (OBJ_obj2nid(algorithm) != NID_sha256 || bytes.size() != digest.size()) return std::nullopt;
    std::ranges::transform(bytes, digest.begin(), [](char byte) {
        return static_cast<std::uint8_t>(byte);
    });
    return digest;
}

/// `YYYYMMDDhhmmss[.f…]Z`; empty for anything else.
std::optional<domain::Timestamp> time_in(TS_RESP* answer) {
    constexpr std::size_t kSeconds = 14;
    std::string text(view_of(TS_TST_INFO_get_time(TS_RESP_get_tst_info(answer))));
    const bool digits =
        text.size() > kSeconds &&
        std::ranges::all_of(text.substr(0, kSeconds), [](char c) { return '0' <= c && c <= '9'; });
    if (!digits || !text.ends_with('Z')) return std::nullopt;
    for (const std::size_t at : {std::size_t{12}, std::size_t{10}}) text.insert(at, ":");
    text.insert(8, "T");
    for (const std::size_t at : {std::size_t{6}, std::size_t{4}}) text.insert(at, "-");
    const auto moment = domain::parse_datetime(text);
    if (!moment) return std::nullopt;
    return *moment;
}

Store store_of(const StampTrust& trust, domain::Timestamp moment) {
    Store store(X509_STORE_new());
    require(store != nullptr, "X509_STORE_new");
    for (const auto& certificate : trust.certificates()) {
        require(X509_STORE_add_cert(store.get(), certificate.get()) == 1, "X509_STORE_add_cert");
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(moment);
    X509_VERIFY_PARAM_set_time(
        X509_STORE_get0_param(store.get()), std::chrono::system_clock::to_time_t(seconds)
    );
    return store;
}

bool is_trusted(
    TS_RESP* answer, Certificates signers, const StampTrust& trust, domain::Timestamp moment
) {
    const Check check(TS_VERIFY_CTX_new());
    require(check != nullptr, "TS_VERIFY_CTX_new");
    TS_VERIFY_CTX_set_flags(check.get(), TS_VFY_VERSION | TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_store(check.get(), store_of(trust, moment).release());
    TS_VERIFY_CTX_set_certs(check.get(), signers.release());
    const int verified = TS_RESP_verify_response(check.get(), answer);
    ERR_clear_error();
    return verified == 1;
}

Integer random_nonce() {
    std::array<std::uint8_t, kNonceBytes> bytes{};
    fill_random(bytes);
    const Number number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    require(number != nullptr, "BN_bin2bn");
    Integer nonce(BN_to_ASN1_INTEGER(number.get(), nullptr));
    require(nonce != nullptr, "BN_to_ASN1_INTEGER");
    return nonce;
}

Imprint imprint_of(const ledger::Hash& digest) {
    const Algorithm algorithm(X509_ALGOR_new());
    Imprint imprint(TS_MSG_IMPRINT_new());
    require(algorithm != nullptr && imprint != nullptr, "TS_MSG_IMPRINT_new");
    auto bytes = digest;
    const bool made =
        X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
        TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
        TS_MSG_IMPRINT_set_msg(imprint.get(), bytes.data(), static_cast<int>(bytes.size())) == 1;
    require(made, "TS_MSG_IMPRINT_set_msg");
    return imprint;
}

}  // namespace

StampRequest::StampRequest(const ledger::Hash& digest) {
    const Query query(TS_REQ_new());
    require(query != nullptr, "TS_REQ_new");
    const bool made = TS_REQ_set_version(query.get(), 1) == 1 &&
                      TS_REQ_set_msg_imprint(query.get(), imprint_of(digest).get()) == 1 &&
                      TS_REQ_set_nonce(query.get(), random_nonce().get()) == 1 &&
                      TS_REQ_set_cert_req(query.get(), 1) == 1;
    require(made, "TS_REQ_set_msg_imprint");
    unsigned char* bytes = nullptr;
    const int size = i2d_TS_REQ(query.get(), &bytes);
    require(size > 0, "i2d_TS_REQ");
    bytes_.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
}

std::string StampRequest::fault_in(std::string_view bytes) const {
    const auto answer = parse_answer(bytes);
    if (!answer) return "the TSA answered something else than a time stamp";
    if (!is_granted(answer.get())) return refusal_in(answer.get());
    const auto* at = unsigned_data(bytes_);
    const Query query(d2i_TS_REQ(nullptr, &at, static_cast<long>(bytes_.size())));
    require(query != nullptr, "d2i_TS_REQ");
    const Check check(TS_REQ_to_TS_VERIFY_CTX(query.get(), nullptr));
    require(check != nullptr, "TS_REQ_to_TS_VERIFY_CTX");
    TS_VERIFY_CTX_set_flags(check.get(), TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_NONCE);
    ERR_clear_error();
    if (TS_RESP_verify_response(check.get(), answer.get()) != 1) return mismatch();
    const auto fault = fault_of_signature(answer.get(), nullptr);
    return fault ? "the signature of the TSA's answer is wrong" : "";
}

std::optional<StampTrust> StampTrust::read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string pem(std::istreambuf_iterator<char>(in), {});
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    require(memory != nullptr, "BIO_new_mem_buf");
    StampTrust trust;
    while (auto* const certificate = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)) {
        trust.certificates_.emplace_back(certificate, X509_free);
    }
    ERR_clear_error();
    if (trust.certificates_.empty()) return std::nullopt;
    return trust;
}

OpenedStamp open_stamp(std::string_view bytes, const StampTrust& trust) {
    const auto answer = parse_answer(bytes);
    if (!answer || !is_granted(answer.get())) return {StampFault::malformed};
    auto signers = signers_of(answer.get(), trust);
    if (const auto fault = fault_of_signature(answer.get(), signers)) return {fault};
    const auto digest = digest_in(answer.get());
    const auto time = time_in(answer.get());
    if (!digest || !time) return {StampFault::malformed};
    if (!is_trusted(answer.get(), std::move(signers), trust, *time)) return {StampFault::untrusted};
    return {std::nullopt, *digest, *time};
}

}  // namespace consularia::infra
