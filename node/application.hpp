#pragma once
// The whole server as one object: its members are what the program is made of.

#include "api/followers.hpp"
#include "api/http/server.hpp"
#include "api/kept_lists.hpp"
#include "api/rates.hpp"
#include "api/service.hpp"
#include "api/tickets.hpp"
#include "infra/access_log.hpp"
#include "infra/crypto/audit_keys.hpp"
#include "infra/crypto/ids.hpp"
#include "infra/crypto/meeting_urls.hpp"
#include "infra/crypto/secrets_file.hpp"
#include "infra/crypto/signed_links.hpp"
#include "infra/data_dir_lock.hpp"
#include "infra/http/webhook_sender.hpp"
#include "infra/metrics/metrics.hpp"
#include "infra/system_clock.hpp"
#include "journal/journal.hpp"
#include "ledger/log/health.hpp"
#include "ledger/record/record_codec.hpp"
#include "node/address.hpp"
#include "node/data_dir.hpp"
#include "node/flusher.hpp"
#include "node/health_log.hpp"
#include "node/history_keeper.hpp"
#include "node/late_store.hpp"
#include "node/ledger_backend.hpp"
#include "node/node.hpp"
#include "node/options.hpp"
#include "node/past_stores.hpp"
#include "node/rebuilder.hpp"
#include "node/replayed.hpp"
#include "node/start.hpp"
#include "node/start_progress.hpp"
#include "node/storage_watch.hpp"
#include "node/table_report.hpp"
#include "node/webhook_engine.hpp"
#include "projections/projector.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace consularia::node {

/// What an application reports, on a thread of its own. Neither may call stop().
struct ApplicationEvents {
    /// It serves everything, at this origin.
    std::function<void(const std::string& origin)> on_ready = [](const std::string&) {};
    /// It will never be ready: stop() throws the reason.
    std::function<void()> on_failure = [] {};
};

/// One thread constructs, starts, stops and destroys it.
class Application {
  public:
    /// Listens, so that a busy port is reported at once, and opens what takes no time. Throws
    /// UsageError before anything is touched; later an exception with one clear sentence.
    Application(ServeOptions options, ApplicationEvents events);
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;
    /// Like stop(), but does not throw.
    ~Application();

    /// `http://127.0.0.1:8080`, with the actual port.
    [[nodiscard]] const std::string& origin() const { return origin_; }

    /// Begins to answer, and opens the data on a thread. Call it once.
    void start();

    /// Finishes accepted requests, and ends all threads that answer or write. Throws the failure of
    /// the start. Call it once, after start().
    void stop();

  private:
    [[nodiscard]] PastStoresContext past_context();
    [[nodiscard]] api::Service make_service();
    [[nodiscard]] api::http::Backend make_backend();
    void submit(ledger::Submission submission, ledger::ReplyHandler reply);
    [[nodiscard]] std::optional<std::string> not_ready() const;
    [[nodiscard]] std::vector<std::string> degraded() const;
    void show();
    void end();

    // Each member uses only those above it, except the server: it listens before there is any data,
    // since its port is part of links, and runs from start() to end(), while all of this exists.
    const ServeOptions options_;
    const ApplicationEvents events_;
    const std::unique_ptr<LedgerBackend> backend_;
    const Address address_;
    const infra::SystemClock clock_;
    infra::IdSource ids_;
    infra::Metrics metrics_;
    api::http::Server server_;
    const std::string origin_;

    const DataDir dir_;
    const std::optional<std::string> replayed_moment_ = expect_moment(dir_, options_.read_only);
    const infra::DataDirLock lock_;
    const infra::Secrets secrets_;
    const infra::SignedLinks links_;
    const infra::AuditKeys audit_keys_;
    const ledger::RecordCodec codec_;
    const projections::RowInputs inputs_;
    const std::optional<infra::MeetingUrls> meetings_;

    ledger::Health health_;
    TableReport tables_;
    LateStore journal_store_;
    journal::Journal journal_;
    LateStore store_;
    StartProgress progress_;
    const HealthLog health_log_;
    StorageWatch storage_;
    infra::AccessLog access_log_;
    const Flusher flusher_;
    Node node_;
    infra::http::WebhookSender webhook_sender_;
    WebhookEngine webhooks_;
    Rebuilder rebuilder_;
    PastStores past_stores_;
    HistoryKeeper histories_{journal_, dir_.root() / "histories", options_.min_free_bytes};
    Start start_;

    const api::Rates rates_;
    api::KeptLists kept_lists_;
    api::Followers followers_;
    api::UsedTickets used_tickets_{clock_.now()};
    std::atomic<bool> leaving_ = false;
    const api::Service service_;
};

}  // namespace consularia::node
