// beast_floor PORT THREADS GET LIST CREATE: what HTTP alone costs. A bare Beast server on 127.0.0.1
// that parses each request and sends the bytes of one of three files, whole answers of the real
// server: CREATE to a POST, LIST if the path has no id, else GET. One event loop per thread; no
// time-outs, no limits, no log.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Answer = http::response<http::string_body>;

struct Answers {
    Answer get;
    Answer list;
    Answer create;

    [[nodiscard]] const Answer& to(const http::request<http::string_body>& request) const {
        if (request.method() == http::verb::post) return create;
        const std::string_view path = request.target().substr(0, request.target().find('?'));
        return path.ends_with("/appointments/") ? list : get;
    }
};

Answer read_answer(const char* file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(stream), {});
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    error_code error;
    parser.put(asio::buffer(bytes), error);
    if (error || !parser.is_done()) {
        std::cerr << file << " is no whole answer: " << error.message() << "\n";
        std::exit(2);
    }
    return parser.release();
}

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(tcp::socket socket, const Answers& answers)
        : socket_(std::move(socket)), answers_(answers) {
        socket_.set_option(tcp::no_delay(true));
    }

    [[nodiscard]] auto executor() { return socket_.get_executor(); }

    void read() {
        request_ = {};
        http::async_read(
            socket_,
            buffer_,
            request_,
            [self = shared_from_this()](error_code error, std::size_t) {
                if (!error) self->write();
            }
        );
    }

  private:
    void write() {
        http::async_write(
            socket_,
            answers_.to(request_),
            [self = shared_from_this()](error_code error, std::size_t) {
                if (!error) self->read();
            }
        );
    }

    tcp::socket socket_;
    const Answers& answers_;
    boost::beast::flat_buffer buffer_;
    http::request<http::string_body> request_;
};

/// Hands the connections to the loops in turn.
void accept_next(
    tcp::acceptor& acceptor,
    std::vector<std::unique_ptr<asio::io_context>>& loops,
    std::size_t next,
    const Answers& answers
) {
    acceptor.async_accept(
        *loops[next % loops.size()],
        [&, next](error_code error, tcp::socket socket) {
            if (!error) {
                const auto made = std::make_shared<Connection>(std::move(socket), answers);
                asio::post(made->executor(), [made] { made->read(); });
            }
            accept_next(acceptor, loops, next + 1, answers);
        }
    );
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::cerr << "beast_floor PORT THREADS GET LIST CREATE\n";
        return 2;
    }
    const Answers answers{read_answer(argv[3]), read_answer(argv[4]), read_answer(argv[5])};
    std::vector<std::unique_ptr<asio::io_context>> loops;
    for (int n = std::atoi(argv[2]); n > 0; --n) {
        loops.push_back(std::make_unique<asio::io_context>(1));
    }
    const auto port = static_cast<unsigned short>(std::atoi(argv[1]));
    tcp::acceptor acceptor(*loops.front(), {asio::ip::address_v4::loopback(), port});
    accept_next(acceptor, loops, 0, answers);
    std::vector<std::jthread> threads;
    for (const auto& loop : loops) {
        threads.emplace_back([&io = *loop] {
            const auto guard = asio::make_work_guard(io);
            io.run();
        });
    }
}
