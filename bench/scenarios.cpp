// scenarios DIR: fixed pieces of the work that requests cause, for scripts/instructions.sh to count
// their instructions. Prints the compiler, then a line `NAME TIMES` per scenario, in the order in
// which measured() is called; DIR must not exist yet. Random numbers and clocks are fixed; rows are
// in a RocksDB, as they are in a server.

#include "api/dispatch.hpp"
#include "api/kept_lists.hpp"
#include "api/rates.hpp"
#include "base/check.hpp"
#include "bench/sample_records.hpp"
#include "infra/crypto/signed_links.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/rocks/read_store.hpp"
#include "journal/journal.hpp"
#include "ledger/commands/decision.hpp"
#include "projections/appointment_lists.hpp"
#include "projections/projector.hpp"
#include "projections/queries.hpp"
#include "projections/render_json.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/service.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Only instructions below this function are counted, from when it is entered until it returns: it
/// must not end with a jump into what it calls.
extern "C" [[gnu::noipa]] void measured(const std::function<void()>& work) {
    work();
    asm volatile("");
}

namespace consularia::bench {
namespace {

constexpr std::uint32_t kAppointments = 1000;
constexpr std::uint32_t kBatch = 64;

/// A node without threads and HTTP, with data.
class Node {
  public:
    explicit Node(const std::filesystem::path& directory)
        : ledger_(infra::rocks::open_embedded_ledger(directory / "ledger", {})),
          journal_store_(infra::rocks::open_store(directory / "journal", journal::schema())),
          store_(infra::rocks::open_read_store(directory / "read")),
          journal_(*journal_store_) {
        journal_.open({ledger_->identity(), 1, ledger_->records()});
        append(1 + kAppointments);
        apply(read());
        service_.store = store_.get();
        service_.journal = &journal_;
        service_.links = &links_;
        service_.kept_lists = &no_lists_;
    }

    /// From now on lists are kept, as a server keeps them.
    void keep_lists() { service_.kept_lists = &lists_; }

    void append(std::uint32_t count) {
        std::vector<std::string> values;
        for (; count > 0; --count) values.push_back(records_.next());
        CHECK(std::holds_alternative<ledger::Appended>(ledger_->append(0, values)));
    }

    /// What is not applied yet.
    std::vector<ledger::LogEntry> read() {
        const auto from = projector_.next_position(0);
        const auto end = ledger_->find_ends(std::vector<ledger::Partition>{0}, {}).front();
        return ledger_->records()->read(0, from, end - from);
    }

    void apply(
        std::span<const ledger::LogEntry> entries,
        const ledger::AwaitedOf& awaited = ledger::nothing_awaited
    ) {
        while (!entries.empty()) {
            entries = entries.subspan(projector_.apply(0, entries, awaited).size());
        }
    }

    /// What a request leads to: an answer, or a command.
    api::Step ask(
        const std::string& method, std::string path, std::string query, std::string body
    ) {
        api::Request request;
        request.method = method;
        request.path = std::move(path);
        request.query = std::move(query);
        request.headers = {
            {"Host", "127.0.0.1:8080"},
            {"Authorization", "Token " + records_.secrets().front()},
            {"Content-Type", "application/json"}};
        api::Trace trace;
        api::Step step = api::dispatch(service_, request, trace);
        while (true) {
            if (auto* start = std::get_if<api::AfterStart>(&step.next)) {
                step = start->then();
            } else if (auto* sync = std::get_if<api::AfterSync>(&step.next)) {
                step = sync->then(true);
            } else if (auto* turn = std::get_if<api::InTurn>(&step.next)) {
                step = turn->then();
            } else if (auto* read = std::get_if<api::ReadBody>(&step.next)) {
                step = read->then(std::move(body));
            } else {
                return step;
            }
        }
    }

    /// The body of an answer that must be 200.
    std::string get(std::string path, std::string query = "") {
        auto answer =
            std::get<api::Response>(ask("GET", std::move(path), std::move(query), "").next);
        CHECK(answer.status == 200);
        std::string body(answer.content());
        if (!answer.rest) return body;
        for (auto piece = answer.rest(); !piece.empty(); piece = answer.rest()) body += piece;
        return body;
    }

    ledger::Submission create() {
        const auto step =
            ask("POST",
                "/api/v1/appointments/",
                "",
                R"({"title":"Passport renewal 4711","start_date_time":"2032-05-06T09:00:00+02:00",)"
                R"("duration_minutes":30,"config":{"chat_enabled":true},"participants":[)"
                R"({"unique_id":"officer-1@consulate.example","display_name":"Officer 1",)"
                R"("role":"moderator"},{"unique_id":"ann@example.org","role":"participant"}]})");
        return std::get<api::Submit>(step.next).submission;
    }

    [[nodiscard]] std::unique_ptr<ledger::StateReader> state() const { return projector_.read(); }

    [[nodiscard]] std::vector<domain::AppointmentId> ids(std::size_t count) const {
        const auto snapshot = store_->snapshot();
        std::vector<domain::AppointmentId> ids;
        const auto list = projections::AppointmentList::find(*snapshot, organization(), {});
        for (const auto& each : list->page(0, count)) ids.push_back(each.id);
        return ids;
    }

    [[nodiscard]] domain::Appointment find(domain::AppointmentId id) const {
        return projections::find_appointment(*store_->snapshot(), organization(), id);
    }

    [[nodiscard]] domain::OrganizationId organization() const {
        return samples::organization_id(1);
    }

    [[nodiscard]] const infra::SignedLinks& links() const { return links_; }

    [[nodiscard]] domain::Timestamp now() const { return clock_.now(); }

  private:
    /// Differs each time.
    domain::UuidBytes next_id() {
        ++ids_;
        return samples::make_id<domain::EventId>(ids_).bytes;
    }

    SampleRecords records_{kAppointments, 1};
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<tables::Store> journal_store_;
    std::unique_ptr<projections::ReadStore> store_;
    journal::Journal journal_;
    infra::SignedLinks links_{"https://appointments.example.org", {{1, std::string(32, 'k')}}};
    projections::Projector projector_{*store_, journal_, {links_, samples::codec()}, {}};
    test::ManualClock clock_;
    std::uint32_t ids_ = 1'000'000;
    api::KeptLists no_lists_{0};
    api::KeptLists lists_{api::KeptLists::kDefaultBytes};
    const api::Rates rates_{{}, clock_, [](std::string_view) {}};
    api::Service service_ = [this] {
        auto service = test::make_service(clock_, rates_);
        service.new_id = [this] { return next_id(); };
        return service;
    }();
};

/// Counts what `work` does when it has been called for so many things.
void count(std::string_view name, std::size_t things, const std::function<void()>& work) {
    measured(work);
    std::cout << name << " " << things << "\n";
}

void decide(Node& node) {
    const auto state = node.state();
    ledger::Overlay overlay(*state);
    const auto wanted = ledger::kIdempotencyTtl;
    std::vector<ledger::Submission> commands;
    for (std::uint32_t n = 0; n < kBatch; ++n) commands.push_back(node.create());
    count("decide, seal and encode a create", kBatch, [&] {
        for (const auto& command : commands) {
            auto decision = ledger::decide(samples::codec(), command, overlay, node.now(), wanted);
            auto& sealed = std::get<ledger::Sealed>(decision);
            overlay.add(sealed.record, sealed.hash);
        }
    });
}

/// As a reader of a ledger does.
void read(const std::string& value) {
    count("read a record", kBatch, [&] {
        for (std::uint32_t n = 0; n < kBatch; ++n) CHECK(samples::codec().decode(value));
    });
}

void apply(Node& node) {
    constexpr std::uint32_t kBatches = 8;
    std::vector<std::vector<ledger::LogEntry>> batches;
    node.append(kBatch * kBatches);
    const auto entries = node.read();
    for (std::size_t n = 0; n < kBatches; ++n) {
        const auto from = entries.begin() + static_cast<std::ptrdiff_t>(n * kBatch);
        batches.emplace_back(from, from + kBatch);
    }
    std::map<ledger::Hash, ledger::Record> sealed;
    for (const auto& entry : entries) {
        sealed.emplace(ledger::sha256(entry.value), *samples::codec().decode(entry.value));
    }
    const auto awaited = [&](const ledger::Hash& hash) {
        return ledger::Awaited{ledger::Wanted::rendering, &sealed.at(hash)};
    };
    count("apply a batch of 64 creates", kBatches, [&] {
        for (const auto& batch : batches) node.apply(batch, awaited);
    });
}

void run(const std::filesystem::path& directory) {
    Node node(directory);
    const auto ids = node.ids(50);
    const auto one = node.find(ids.front());
    const auto path = [](domain::AppointmentId id) {
        return "/api/v1/appointments/" + id.to_string() + "/";
    };
    (void)node.create();
    (void)node.get(path(ids.front()));
    (void)node.get("/api/v1/appointments/", "page=25");
    count("read a create's request", kBatch, [&] {
        for (std::uint32_t n = 0; n < kBatch; ++n) (void)node.create();
    });
    decide(node);
    node.append(1);
    read(node.read().front().value);
    count("render an appointment", 50, [&] {
        for (std::size_t n = 0; n < 50; ++n) {
            (void)projections::render_appointment(node.organization(), one, node.links());
        }
    });
    count("route, authenticate and answer a GET", ids.size(), [&] {
        for (const auto& id : ids) (void)node.get(path(id));
    });
    count("answer a page of 20 in the middle", 20, [&] {
        for (int n = 15; n < 35; ++n) {
            (void)node.get("/api/v1/appointments/", "page=" + std::to_string(n));
        }
    });
    count("answer a citizen's list of 20", 20, [&] {
        for (int n = 0; n < 20; ++n) {
            const auto citizen = "citizen-" + std::to_string(n) + "%40example.org";
            (void)node.get("/api/v1/appointments/", "participant_unique_id=" + citizen);
        }
    });
    node.keep_lists();
    (void)node.get("/api/v1/appointments/");
    count("answer a list that is kept", 50, [&] {
        for (int n = 0; n < 50; ++n) (void)node.get("/api/v1/appointments/");
    });
    apply(node);
}

}  // namespace
}  // namespace consularia::bench

int main(int argc, char** argv) {
    if (argc != 2 || std::filesystem::exists(argv[1])) {
        std::cerr << "scenarios DIR: a directory that does not exist yet\n";
        return 2;
    }
    std::filesystem::create_directories(argv[1]);
    std::cout << "g++ " << __VERSION__ << "\n";
    consularia::bench::run(argv[1]);
}
