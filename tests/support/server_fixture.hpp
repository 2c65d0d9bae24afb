#pragma once
// An HTTP server in the test's process, whose service and backend are the test's.

#include "api/http/server.hpp"
#include "api/kept_lists.hpp"
#include "api/rates.hpp"
#include "tests/support/connection.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/service.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::test {

/// The options, the service and the backend may be changed before start().
class ServerFixture : public testing::Test {
  protected:
    ServerFixture() {
        options_.port = 0;
        service_.kept_lists = &kept_lists_;
        options_.on_request = [this](const api::http::RequestLine& line) {
            const std::lock_guard lock(mutex_);
            logged_.push_back({line.status, std::string(line.why)});
        };
        options_.on_error = [this](std::string_view, std::string_view what) {
            const std::lock_guard lock(mutex_);
            errors_.emplace_back(what);
        };
    }

    /// The server ends before the members of derived fixtures, which it uses.
    void TearDown() override { server_.reset(); }

    void start() {
        server_ = std::make_unique<api::http::Server>(options_);
        server_->start(service_, backend_);
    }

    /// Everything that the server sends on a connection for these bytes.
    std::string ask(const std::string& bytes) {
        Connection connection(server_->port());
        connection.send(bytes);
        return connection.read_to_end();
    }

    struct Logged {
        int status;
        std::string why;

        bool operator==(const Logged&) const = default;
    };

    std::mutex mutex_;  ///< Guards the two below.
    std::vector<Logged> logged_;
    std::vector<std::string> errors_;
    api::http::ServerOptions options_;
    ManualClock clock_;
    api::Rates rates_{{0, 0, 0}, clock_, {}};
    api::KeptLists kept_lists_{0};
    api::Service service_ = make_service(clock_, rates_);
    api::http::Backend backend_;
    std::unique_ptr<api::http::Server> server_;
};

/// A GET with further header lines.
[[nodiscard]] inline std::string get(const std::string& path, const std::string& more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + more + "\r\n";
}

inline const std::string kClose = "Connection: close\r\n";

}  // namespace consularia::test
