#include "tests/unit/infra/test_tsa.hpp"

#include "base/check.hpp"
#include "tests/support/directory.hpp"

#include <chrono>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

namespace consularia::test {

namespace {

std::time_t seconds_of(domain::Timestamp moment) {
    return std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(moment));
}

struct Validity {
    domain::Timestamp from;
    domain::Timestamp to;
};

void add_extension(X509* certificate, int nid, const char* value) {
    auto* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
    CHECK(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

void set_name(X509_NAME* name, const char* text) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text);
    CHECK(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes, -1, -1, 0) == 1);
}

std::shared_ptr<X509> make_certificate(
    EVP_PKEY* key, const char* name, Validity validity, int extension, const char* value
) {
    std::shared_ptr<X509> made(X509_new(), X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    ASN1_TIME_set(X509_getm_notBefore(made.get()), seconds_of(validity.from));
    ASN1_TIME_set(X509_getm_notAfter(made.get()), seconds_of(validity.to));
    set_name(X509_get_subject_name(made.get()), name);
    set_name(X509_get_issuer_name(made.get()), "CA");
    CHECK(X509_set_pubkey(made.get(), key) == 1);
    add_extension(made.get(), extension, value);
    CHECK(X509_sign(made.get(), key, EVP_sha256()) > 0);
    return made;
}

int tell_time(TS_resp_ctx* /*context*/, void* moment, long* seconds, long* microseconds) {
    const auto since = static_cast<const domain::Timestamp*>(moment)->time_since_epoch();
    *seconds = std::chrono::floor<std::chrono::seconds>(since).count();
    *microseconds = (since - std::chrono::floor<std::chrono::seconds>(since)).count();
    return 1;
}

ASN1_INTEGER* count(TS_resp_ctx* /*context*/, void* /*data*/) {
    auto* const serial = ASN1_INTEGER_new();
    ASN1_INTEGER_set(serial, 1);
    return serial;
}

}  // namespace

TestTsa::TestTsa(domain::Timestamp from, domain::Timestamp to)
    : key_(EVP_EC_gen("P-256"), EVP_PKEY_free),
      ca_(make_certificate(key_.get(), "CA", {from, to}, NID_basic_constraints, "critical,CA:true")
      ),
      certificate_(make_certificate(
          key_.get(), "TSA", {from, to}, NID_ext_key_usage, "critical,timeStamping"
      )) {}

std::string TestTsa::answer(std::string_view request, domain::Timestamp moment) const {
    auto* const context = TS_RESP_CTX_new();
    auto* const policy = OBJ_txt2obj("1.2.3.4.1", 1);
    CHECK(TS_RESP_CTX_set_signer_cert(context, certificate_.get()) == 1);
    CHECK(TS_RESP_CTX_set_signer_key(context, key_.get()) == 1);
    CHECK(TS_RESP_CTX_set_signer_digest(context, EVP_sha256()) == 1);
    CHECK(TS_RESP_CTX_set_def_policy(context, policy) == 1);
    CHECK(TS_RESP_CTX_add_md(context, EVP_sha256()) == 1);
    CHECK(TS_RESP_CTX_set_clock_precision_digits(context, TS_MAX_CLOCK_PRECISION_DIGITS) == 1);
    TS_RESP_CTX_set_time_cb(context, tell_time, &moment);
    TS_RESP_CTX_set_serial_cb(context, count, nullptr);
    auto* const query = BIO_new_mem_buf(request.data(), static_cast<int>(request.size()));
    auto* const made = TS_RESP_create_response(context, query);
    unsigned char* bytes = nullptr;
    const int size = i2d_TS_RESP(made, &bytes);
    CHECK(size > 0);
    std::string answer(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    TS_RESP_free(made);
    BIO_free(query);
    ASN1_OBJECT_free(policy);
    TS_RESP_CTX_free(context);
    return answer;
}

infra::StampTrust TestTsa::trust() const {
    auto* const memory = BIO_new(BIO_s_mem());
    CHECK(PEM_write_bio_X509(memory, ca_.get()) == 1);
    char* pem = nullptr;
    const auto size = BIO_get_mem_data(memory, &pem);
    const TemporaryDirectory directory;
    const auto file = directory.path() / "ca.pem";
    write_whole_file(file, {pem, static_cast<std::size_t>(size)});
    BIO_free(memory);
    return infra::StampTrust::read(file).value();
}

}  // namespace consularia::test
