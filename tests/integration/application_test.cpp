// The whole server without a process.

#include "node/application.hpp"

#include "infra/http/client.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace consularia::node {
namespace {

using infra::http::Answer;
using testing::HasSubstr;

constexpr std::chrono::seconds kPatience{30};

/// An application on a free port, and its reports.
class Running {
  public:
    explicit Running(const ServeOptions& options)
        : application_(std::make_unique<Application>(
              options,
              ApplicationEvents{
                  .on_ready = [this](const std::string& origin) { ready_.set_value(origin); },
                  .on_failure = [this] { ready_.set_value(""); }}
          )) {
        application_->start();
    }

    /// Empty if the start failed.
    std::string await_origin() {
        auto origin = ready_.get_future();
        if (origin.wait_for(kPatience) != std::future_status::ready) return "not ready in time";
        return origin.get();
    }

    [[nodiscard]] const std::string& origin() const { return application_->origin(); }

    void stop() { application_->stop(); }

    void destroy() { application_.reset(); }

  private:
    std::promise<std::string> ready_;
    std::unique_ptr<Application> application_;
};

class ApplicationTest : public testing::Test {
  protected:
    ApplicationTest() {
        options_.store.data_dir = directory_.path() / "data";
        options_.listen = "127.0.0.1:0";
        options_.min_free_bytes = 0;
        options_.threads = 1;
    }

    [[nodiscard]] Answer ask(
        const std::string& method,
        const std::string& origin,
        const std::string& path,
        const std::string& body = ""
    ) const {
        const auto secrets = infra::load_secrets(DataDir(options_.store.data_dir).secrets());
        infra::http::Request request{.method = method, .url = origin + path, .body = body};
        request.headers = {
            {"Authorization", "Token " + secrets.admin_key}, {"Content-Type", "application/json"}};
        return infra::http::send(request);
    }

    test::TemporaryDirectory directory_;
    ServeOptions options_;
};

TEST_F(ApplicationTest, KeepsWhatItHasAcceptedWhenItIsStartedAgain) {
    {
        Running first(options_);
        const auto origin = first.await_origin();
        ASSERT_EQ(origin, first.origin());
        const auto made =
            ask("POST", origin, "/api/v1/organizations/", R"({"name":"Embassy of Elsewhere"})");
        EXPECT_EQ(made.status, 201) << made.body;
        first.stop();
        EXPECT_THROW((void)ask("GET", origin, "/readyz"), std::runtime_error);
    }
    Running second(options_);
    const auto found = ask("GET", second.await_origin(), "/api/v1/organizations/");
    EXPECT_EQ(found.status, 200);
    EXPECT_THAT(found.body, HasSubstr("Embassy of Elsewhere"));
    second.stop();
}

TEST_F(ApplicationTest, AnswersWhileItIsDestroyed) {
    options_.http.drain_delay = std::chrono::milliseconds(300);
    Running running(options_);
    const auto origin = running.await_origin();
    std::promise<void> asked;
    std::promise<void> stopping;
    std::jthread asking([&] {
        try {
            EXPECT_EQ(ask("GET", origin, "/readyz").status, 200);
            asked.set_value();
            for (int status = 200; status == 200;) status = ask("GET", origin, "/readyz").status;
            stopping.set_value();
            while (true) EXPECT_EQ(ask("GET", origin, "/readyz").status, 503);
        } catch (const std::runtime_error&) {  // Nobody listens any more.
        }
    });
    asked.get_future().get();
    running.destroy();
    EXPECT_EQ(stopping.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST_F(ApplicationTest, StopThrowsWhyTheStartFailed) {
    std::filesystem::create_directories(options_.store.data_dir);
    std::ofstream(DataDir(options_.store.data_dir).ledger()) << "no directory";
    options_.secrets_file = directory_.path() / "secrets.toml";
    infra::create_secrets(options_.secrets_file);
    Running running(options_);
    EXPECT_EQ(running.await_origin(), "");
    EXPECT_EQ(infra::http::send({.url = running.origin() + "/healthz"}).status, 200);
    EXPECT_THROW(running.stop(), std::runtime_error);
}

TEST_F(ApplicationTest, ASecondOneOnTheSameDataIsRefusedAndTheFirstGoesOn) {
    Running first(options_);
    const auto origin = first.await_origin();
    EXPECT_ANY_THROW(Application(options_, {}));
    EXPECT_EQ(ask("GET", origin, "/readyz").status, 200);
    first.stop();
}

}  // namespace
}  // namespace consularia::node
