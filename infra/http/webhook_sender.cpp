#include "infra/http/webhook_sender.hpp"

#include "infra/http/lookups.hpp"
#include "infra/http/webhook_exchange.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <deque>
#include <exception>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace consularia::infra::http {

namespace asio = boost::asio;
using reactions::webhooks::Post;

/// What the thread works on.
class WebhookSender::Work {
  public:
    explicit Work(WebhookSenderOptions options)
        : options_(std::move(options)),
          tls_(make_webhook_tls()),
          // One that hangs can outlive its post by about the time that a post has.
          lookups_(io_, options_.resolve, 2 * options_.at_once),
          ports_{options_, lookups_, tls_},
          open_(io_.get_executor()),
          thread_([this] { io_.run(); }) {}

    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    ~Work() {
        io_.stop();
        thread_.join();
        const auto stopping = [](const Job& job) {
            job.handler(tl::unexpected<std::string>("The server is stopping."));
        };
        for (const auto& job : under_way_) stopping(*job);
        for (const auto& job : waiting_) stopping(*job);
    }

    void add(Post post, Handler handler) {
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::make_shared<const Job>(std::move(post), std::move(handler)));
        }
        asio::post(io_, [this] { begin(); });
    }

  private:
    struct Job {
        Job(Post what, Handler whom) : post(std::move(what)), handler(std::move(whom)) {}

        Post post;
        Handler handler;
    };

    using JobPointer = std::shared_ptr<const Job>;

    [[nodiscard]] JobPointer take() {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) return nullptr;
        auto job = std::move(waiting_.front());
        waiting_.pop_front();
        return job;
    }

    void begin() {
        while (under_way_.size() < options_.at_once) {
            const auto job = take();
            if (!job) return;
            under_way_.insert(job);
            auto finish = [this, job](const std::exception_ptr& error, PostOutcome outcome) {
                under_way_.erase(job);
                if (error) outcome = tl::unexpected<std::string>("The post failed.");
                job->handler(std::move(outcome));
                begin();
            };
            asio::co_spawn(io_, exchange_webhook(ports_, job->post), std::move(finish));
        }
    }

    const WebhookSenderOptions options_;
    asio::io_context io_{1};
    asio::ssl::context tls_;
    Lookups lookups_;
    const WebhookPorts ports_;
    std::mutex mutex_;  ///< Guards waiting_.
    std::deque<JobPointer> waiting_;
    std::set<JobPointer> under_way_;  ///< Only for the thread.
    asio::executor_work_guard<asio::io_context::executor_type> open_;
    std::thread thread_;
};

WebhookSender::WebhookSender(WebhookSenderOptions options)
    : work_(std::make_unique<Work>(std::move(options))) {}

WebhookSender::~WebhookSender() = default;

void WebhookSender::post(Post post, Handler handler) {
    work_->add(std::move(post), std::move(handler));
}

}  // namespace consularia::infra::http
