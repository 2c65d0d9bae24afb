#include "tests/integration/canned_server.hpp"

#include "base/check.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <memory>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <utility>

namespace consularia::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

template <auto kFree>
struct Free {
    template <class T>
    void operator()(T* object) const {
        kFree(object);
    }
};

using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

void add(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    CHECK(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

}  // namespace

Certificate make_certificate(const std::string& name) {
    constexpr long kDay = 24 * 3600;
    const Key key(EVP_EC_gen("P-256"));
    const X509Ptr made(X509_new());
    CHECK(key && made);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -kDay);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), kDay);
    X509_set_pubkey(made.get(), key.get());
    auto* const subject = X509_get_subject_name(made.get());
    const std::string common = "test";
    X509_NAME_add_entry_by_txt(
        subject,
        "CN",
        MBSTRING_ASC,
        reinterpret_cast<const unsigned char*>(common.data()),
        static_cast<int>(common.size()),
        -1,
        0
    );
    X509_set_issuer_name(made.get(), subject);
    add(made.get(), NID_subject_alt_name, name);
    add(made.get(), NID_basic_constraints, "critical,CA:TRUE");
    CHECK(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
    const Bio certificate_pem(BIO_new(BIO_s_mem()));
    const Bio key_pem(BIO_new(BIO_s_mem()));
    CHECK(PEM_write_bio_X509(certificate_pem.get(), made.get()) == 1);
    CHECK(
        PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
        1
    );
    return {text_of(certificate_pem.get()), text_of(key_pem.get())};
}

CannedServer::CannedServer(std::string answer, const Certificate* certificate)
    : answer_(std::move(answer)), acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {
    if (certificate != nullptr) {
        tls_.emplace(asio::ssl::context::tls_server);
        tls_->use_certificate(asio::buffer(certificate->certificate), asio::ssl::context::pem);
        tls_->use_private_key(asio::buffer(certificate->key), asio::ssl::context::pem);
    }
    accept();
    thread_ = std::jthread([this] { io_.run(); });
}

CannedServer::~CannedServer() {
    io_.stop();
}

std::string CannedServer::port() const {
    return std::to_string(acceptor_.local_endpoint().port());
}

std::string CannedServer::request() const {
    const std::lock_guard lock(mutex_);
    return request_;
}

void CannedServer::accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
        if (error) return;
        try {
            serve(std::move(socket));
        } catch (const boost::system::system_error&) {  // The client has ended the connection.
        }
        accept();
    });
}

void CannedServer::serve(tcp::socket socket) {
    if (!tls_) return answer(socket, socket);
    asio::ssl::stream<tcp::socket&> stream(socket, *tls_);
    stream.handshake(asio::ssl::stream_base::server);
    answer(stream, socket);
}

template <class Stream>
void CannedServer::answer(Stream& stream, tcp::socket& socket) {
    std::string received;
    const auto size = asio::read_until(stream, asio::dynamic_buffer(received), "\r\n\r\n");
    {
        const std::lock_guard lock(mutex_);
        request_ = received.substr(0, size);
    }
    if (!answer_.empty()) {
        asio::write(stream, asio::buffer(answer_));
        socket.shutdown(tcp::socket::shutdown_send);
    }
    boost::system::error_code end;
    asio::read(socket, asio::dynamic_buffer(received), end);
}

}  // namespace consularia::test
