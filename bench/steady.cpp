// steady PORT CONNECTIONS RATE SECONDS REQUESTS: sends the requests of a file (bench/traffic.py) at
// a fixed rate, over so many connections, and counts the time of each from when it was due, whether
// or not a connection was free then: a server that stands still makes all that wait look slow.
// Prints the figures as one line of JSON, of all requests and of each kind.
//
// This is not h2load, because that sends in bursts, of all connections at once and no more often
// than every 10 ms, and counts a late request from when it was sent.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Ms = std::chrono::duration<double, std::milli>;

/// What is late by more than this when the load ends is broken.
constexpr std::chrono::seconds kPatience{10};

struct Request {
    std::string kind;
    std::string bytes;
};

struct Due {
    const Request* request = nullptr;
    Clock::time_point at{};
};

std::vector<Request> read_requests(const std::string& file) {
    std::vector<Request> all;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        std::array<std::string, 5> words;  // kind, method, path, token, body
        std::istringstream parts(line);
        for (auto& word : words) std::getline(parts, word, '\t');
        std::string bytes = words[1] + " " + words[2] + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                            "Authorization: Token " + words[3] + "\r\n";
        if (!words[4].empty()) {
            bytes += "Content-Type: application/json\r\nContent-Length: " +
                     std::to_string(words[4].size()) + "\r\n";
        }
        all.push_back({words[0], bytes + "\r\n" + words[4]});
    }
    return all;
}

class Load;

class Connection {
  public:
    Connection(asio::io_context& io, unsigned short port, Load& load);
    void send(const Due& due);

  private:
    void read();
    void done(error_code error);

    tcp::socket socket_;
    Load& load_;
    Due due_;
    boost::beast::flat_buffer buffer_;
    http::response<http::string_body> answer_;
};

class Load {
  public:
    Load(unsigned short port, int connections, double rate, double seconds, std::string file)
        : requests_(read_requests(file)),
          step_(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / rate))
          ),
          count_(static_cast<std::size_t>(rate * seconds)),
          timer_(io_) {
        for (int n = 0; n < connections; ++n) {
            idle_.push_back(
                connections_.emplace_back(std::make_unique<Connection>(io_, port, *this)).get()
            );
        }
    }

    void run() {
        begin_ = last_ = Clock::now();
        wait();
        io_.run_for(step_ * static_cast<Clock::rep>(count_) + kPatience);
    }

    /// `status` is empty if the connection broke.
    void answered(Connection& connection, const Due& due, std::optional<unsigned> status) {
        if (!status) return;  // It is missing at the end.
        ++answered_;
        last_ = Clock::now();
        if (*status / 100 != 2) {
            ++refused_;
        } else {
            ms_[due.request->kind].push_back(Ms(last_ - due.at).count());
        }
        idle_.push_back(&connection);
        give();
    }

    void print() {
        std::vector<double> all;
        std::string kinds;
        for (auto& [kind, ms] : ms_) {
            all.insert(all.end(), ms.begin(), ms.end());
            kinds += (kinds.empty() ? "\"" : ",\"") + kind + "\":{" + figures(ms) + "}";
        }
        std::cout << "{\"requests\":" << answered_
                  << ",\"seconds\":" << Ms(last_ - begin_) / Ms(1000) << ",\"refused\":" << refused_
                  << ",\"broken\":" << count_ - answered_ << "," << figures(all) << ",\"kinds\":{"
                  << kinds << "}}\n";
    }

  private:
    static std::string figures(std::vector<double>& ms) {
        if (ms.empty()) return "\"p50_ms\":0,\"p99_ms\":0,\"longest_ms\":0";
        std::ranges::sort(ms);
        std::ostringstream out;
        out << "\"p50_ms\":" << ms[ms.size() / 2] << ",\"p99_ms\":" << ms[ms.size() * 99 / 100]
            << ",\"longest_ms\":" << ms.back();
        return out.str();
    }

    void wait() {
        if (due_count_ == count_) return;
        timer_.expires_at(begin_ + step_ * static_cast<Clock::rep>(due_count_));
        timer_.async_wait([this](error_code) {
            const auto now = Clock::now();
            for (; due_count_ < count_; ++due_count_) {
                const auto at = begin_ + step_ * static_cast<Clock::rep>(due_count_);
                if (at > now) break;
                waiting_.push_back({&requests_[due_count_ % requests_.size()], at});
            }
            give();
            wait();
        });
    }

    /// The connection that has been idle for longest is the next.
    void give() {
        while (!waiting_.empty() && !idle_.empty()) {
            idle_.front()->send(waiting_.front());
            idle_.pop_front();
            waiting_.pop_front();
        }
    }

    const std::vector<Request> requests_;
    const Clock::duration step_;
    const std::size_t count_;
    asio::io_context io_{1};
    asio::steady_timer timer_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::deque<Connection*> idle_;
    std::deque<Due> waiting_;
    Clock::time_point begin_;
    Clock::time_point last_;
    std::size_t due_count_ = 0;
    std::size_t answered_ = 0;
    std::size_t refused_ = 0;
    std::map<std::string, std::vector<double>> ms_;
};

Connection::Connection(asio::io_context& io, unsigned short port, Load& load)
    : socket_(io), load_(load) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    socket_.set_option(tcp::no_delay(true));
}

void Connection::send(const Due& due) {
    due_ = due;
    asio::async_write(
        socket_,
        asio::buffer(due_.request->bytes),
        [this](error_code error, std::size_t) {
            if (error) return done(error);
            read();
        }
    );
}

void Connection::read() {
    answer_ = {};
    http::async_read(socket_, buffer_, answer_, [this](error_code error, std::size_t) {
        done(error);
    });
}

void Connection::done(error_code error) {
    load_.answered(*this, due_, error ? std::nullopt : std::optional(answer_.result_int()));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::cerr << "steady PORT CONNECTIONS RATE SECONDS REQUESTS\n";
        return 2;
    }
    const auto port = static_cast<unsigned short>(std::atoi(argv[1]));
    Load load(port, std::atoi(argv[2]), std::atof(argv[3]), std::atof(argv[4]), argv[5]);
    load.run();
    load.print();
}
