#include "cli/arguments.hpp"

#include "node/ledger_backend.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace consularia::cli {

namespace {

/// For bytes and files: more is a slip of the pen, and so is less than nothing.
const auto kAnyNumber = CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 40);

/// While it lives, added options are listed under this heading.
class Group {
  public:
    Group(CLI::App* command, const std::string& heading)
        : command_(command), before_(command->option_defaults()->get_group()) {
        command_->option_defaults()->group(heading);
    }

    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;

    ~Group() { command_->option_defaults()->group(before_); }

  private:
    CLI::App* command_;
    const std::string before_;
};

}  // namespace

std::string variable_of(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
        return c == '-' ? '_' : static_cast<char>(std::toupper(c));
    });
    return "CONSULARIA_" + name;
}

CLI::Option* add_ms(
    CLI::App* command,
    const std::string& name,
    std::chrono::milliseconds& value,
    const std::string& help,
    std::int64_t least
) {
    auto* option = command->add_option_function<std::int64_t>(
        "--" + name,
        [&value](const std::int64_t& ms) { value = std::chrono::milliseconds(ms); },
        help + " [milliseconds; default " + std::to_string(value.count()) + "]"
    );
    option->envname(variable_of(name))->take_last();
    return option->check(CLI::Range(least, std::int64_t{86'400'000}));
}

void add_store(CLI::App* command, node::StoreOptions& store) {
    add(command, "data-dir", store.data_dir, "Where everything is kept");
    add(command, "ledger", store.ledger, node::forms_of_ledgers());
    add_ledger_options(command, store);
}

void add_ledger_options(CLI::App* command, node::StoreOptions& store) {
    const Group group(command, "Kafka");
    add(command, "topic", store.topic, "The ledger's topic");
    add(command, "partitions", store.partitions, "The topic's; never changed once it is created")
        ->check(CLI::Range(1, 10'000));
    command
        ->add_option(
            "--kafka-config",
            store.kafka_config,
            "A setting of librdkafka, NAME=VALUE; may be given more than once"
        )
        ->envname(variable_of("kafka-config"))
        ->delimiter('\n');
    add_ms(
        command,
        "doubt-timeout-ms",
        store.doubt_timeout,
        "How long brokers that report an older log are asked again"
    );
    add(command,
        "prefetch-bytes",
        store.prefetch_bytes,
        "Records fetched and not applied yet, all partitions together")
        ->check(CLI::Range(std::uint64_t{1} << 20, std::uint64_t{1} << 40));
    add(command, "producers", store.producers, "Appenders with connections of their own")
        ->check(CLI::Range(1, 1000));
}

namespace {

/// A parsed body is packed, and may become three times as large: that limits the body's size.
constexpr std::size_t kLargestBodyLimit = std::size_t{128} << 20;

void add_transport_limits(CLI::App* command, api::http::Limits& limits) {
    const Group group(command, "Transport limits");
    const auto positive = CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40);
    const auto limit = [&](const char* name, std::size_t& value, const char* help) {
        return add(command, name, value, help)->check(positive);
    };
    limit("max-body-bytes", limits.body_bytes, "Largest request body")
        ->check(CLI::Range(std::size_t{1}, kLargestBodyLimit));
    limit("max-header-bytes", limits.header_bytes, "Largest request header, with its first line");
    limit("max-header-fields", limits.header_fields, "Most header fields of a request");
    limit("max-target-bytes", limits.target_bytes, "Longest request target");
    limit("max-buffer-bytes", limits.buffer_bytes, "Read ahead on one connection");
    limit("max-in-flight-bytes", limits.in_flight_bytes, "Bodies and answers in memory together");
    add(command,
        "max-in-flight-bytes-per-organization",
        limits.in_flight_bytes_per_organization,
        "Those of one organization; 0 is a quarter of all")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 40));
    limit("max-piece-bytes", limits.piece_bytes, "The part of a large answer in memory at once");
    limit("max-send-buffer-bytes", limits.send_buffer_bytes, "Sent and not received by a client")
        ->check(CLI::Range(std::size_t{4096}, std::size_t{1} << 30));
    limit("max-connections", limits.connections, "At once, if there are enough descriptors");
    add(command,
        "max-connections-per-address",
        limits.connections_per_address,
        "Simultaneous connections of one address, except loopback and trusted proxies; 0: no limit")
        ->check(kAnyNumber);
    limit(
        "max-requests-per-connection",
        limits.requests_per_connection,
        "Requests after which a connection is closed"
    );
    limit(
        "max-hanging-reads", limits.hanging_reads, "Beyond one per thread; then reads are refused"
    )
        ->check(CLI::Range(1, 1000));
    limit(
        "max-linger-bytes",
        limits.linger_bytes,
        "Discarded of an unread body before the connection ends"
    );
    const auto timeout = [&](const char* name, std::chrono::milliseconds& value, const char* help) {
        add_ms(command, name, value, help);
    };
    timeout("first-byte-timeout-ms", limits.first_byte_timeout, "For a connection's first byte");
    timeout("header-timeout-ms", limits.header_timeout, "For a whole header, from its first byte");
    timeout("body-timeout-ms", limits.body_timeout, "For a whole body");
    timeout("write-timeout-ms", limits.write_timeout, "Without progress of an answer");
    timeout("stream-write-timeout-ms", limits.stream_write_timeout, "The same of an event stream");
    timeout("snapshot-timeout-ms", limits.snapshot_timeout, "For a whole answer in pieces");
    timeout("idle-timeout-ms", limits.idle_timeout, "Between two requests");
    timeout("read-patience-ms", limits.read_patience, "Then another thread serves the others");
    timeout("linger-timeout-ms", limits.linger_timeout, "For an unread body, after its answer");
    add_ms(command, "throttled-delay-ms", limits.throttled_delay, "Before a 429 is sent", 0);
    add_ms(
        command, "drain-delay-ms", limits.drain_delay, "Serves without being ready when stopping", 0
    );
    timeout("drain-timeout-ms", limits.drain_timeout, "For open requests when stopping");
}

void add_trusted_proxies(CLI::App* command, std::vector<std::string>& proxies) {
    const Group group(command, "Transport limits");
    const auto* const help =
        "An address or network whose X-Forwarded-For is believed; may be given more than once";
    command->add_option("--trusted-proxy", proxies, help)
        ->envname(variable_of("trusted-proxy"))
        ->delimiter(',');
}

void add_queue_limits(CLI::App* command, node::ServeOptions& options) {
    const Group group(command, "Queue limits");
    const auto limit = [&](const char* name, std::size_t& value, int least, const char* help) {
        const auto range = CLI::Range(static_cast<std::uint64_t>(least), std::uint64_t{1} << 40);
        add(command, name, value, help)->check(range);
    };
    limit("max-queue-commands", options.queue_commands, 1, "Commands waiting; more are refused");
    limit(
        "max-queue-commands-per-organization",
        options.queue_commands_per_organization,
        0,
        "Those of one organization; 0 is a quarter of all"
    );
    limit("max-queue-bytes", options.queue_bytes, 1, "Bytes of the commands waiting");
    limit(
        "max-queue-bytes-per-organization",
        options.queue_bytes_per_organization,
        0,
        "Those of one organization; 0 is a quarter of all"
    );
    limit("max-batch-commands", options.batch_commands, 1, "Commands that share one sync");
    limit("max-batch-bytes", options.batch_bytes, 1, "What these may make us read and write");
}

void add_rates(CLI::App* command, api::RateLimits& rates) {
    const Group group(command, "Rates, per minute");
    const auto rate = [&](const char* name, std::uint64_t& value, const char* help) {
        add(command, name, value, help)
            ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000}));
    };
    rate("rate-per-token", rates.per_token, "Requests of one token; 0 for no limit");
    rate("rate-per-link", rates.per_link, "Joins by one access link; 0 for no limit");
    rate(
        "rate-failed-authentications",
        rates.failed_authentications,
        "Failed authentications of one address, except loopback and proxies; 0 for no limit"
    );
}

void add_follower_limits(CLI::App* command, api::FollowerLimits& limits) {
    const Group group(command, "Events");
    const auto limit = [&](const char* name, std::size_t& value, const char* help) {
        add(command, name, value, help)->check(CLI::Range(0, 1'000'000));
    };
    limit(
        "max-streams",
        limits.all,
        "Open streams and requests that wait, at most half of the connections"
    );
    limit("max-streams-per-token", limits.per_token, "Those of one token");
}

void add_webhooks(CLI::App* command, node::ServeOptions& options) {
    auto& webhooks = options.webhooks;
    const Group group(command, "Webhooks");
    command
        ->add_option(
            "--webhook-allow",
            webhooks.allowed,
            "A network that webhooks may be sent to though it is not public; may be given more "
            "than once"
        )
        ->envname(variable_of("webhook-allow"))
        ->delimiter(',');
    command
        ->add_flag("--webhook-allow-http", webhooks.allow_http, "Take http URLs beside https ones")
        ->envname(variable_of("webhook-allow-http"));
    add(command, "max-webhook-posts", webhooks.posts, "Deliveries under way at once")
        ->check(CLI::Range(1, 10'000));
    add_ms(command, "webhook-timeout-ms", webhooks.timeout, "For an attempt, with its answer");
    add(command,
        "webhook-secret-grace-s",
        options.webhook_secret_grace,
        "How long the secret of a webhook that was replaced signs too")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{365} * 24 * 3600));
}

void add_store_limits(CLI::App* command, node::ServeOptions& options) {
    const auto limit = [&](const char* name, auto& value, const char* help) {
        return add(command, name, value, help)->check(kAnyNumber);
    };
    limit("list-cache-bytes", options.list_cache_bytes, "Memory for answered lists");
    add(command, "list-rows", options.list_rows, "Rows that one list may read to sort or search")
        ->check(CLI::Range(1, 1'000'000));
    limit("as-of-events", options.past.events, "The most events of a list of the past");
    limit("as-of-bytes", options.past.bytes, "The most bytes of their records");
    add(command, "as-of-kept", options.past.kept, "How many lists of the past are kept")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1000}));
    add(command, "as-of-kept-s", options.past.kept_for, "How long one is kept that nobody reads")
        ->check(CLI::Range(0, 365 * 24 * 3600));
    limit(
        "check-at-start-bytes",
        options.check_at_start_bytes,
        "Per database: unchecked table files that a start reads before it serves"
    );
    limit(
        "check-bytes-per-s",
        options.check_bytes_per_s,
        "Per database: how fast the others are checked while serving; 0: not at all"
    );
    add_ms(
        command,
        "rebuild-at-start-ms",
        options.rebuild.before_serving,
        "How long a start rebuilds the read store for other options before the old one serves",
        0
    );
}

void add_join(CLI::App* command, node::JoinOptions& join) {
    const Group group(command, "Access links");
    const auto option = [&](const char* name, auto& value, const char* help) {
        return add(command, name, value, help);
    };
    option("join-opens-before-s", join.opens_before, "How long before the start joining opens")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{365} * 24 * 3600));
    option(
        "join-repeat-s", join.repeat, "Joining again within this time is the same join (0: never)"
    )
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{24} * 3600));
    option(
        "meeting-url",
        join.meeting_url,
        "Where a joining participant is sent; {room}, {role}, {display_name}, {jwt} are filled in"
    );
    option("meeting-jwt-audience", join.jwt_audience, "The token's aud");
    option("meeting-jwt-issuer", join.jwt_issuer, "The token's iss");
    option("meeting-jwt-subject", join.jwt_subject, "The token's sub");
}

}  // namespace

void add_row_options(CLI::App* command, node::ServeOptions& options) {
    add(command, "listen", options.listen, "Address and port to serve on");
    add(command, "public-url", options.public_url, "URL at which clients and participants reach it"
    );
    add(command,
        "secrets-file",
        options.secrets_file,
        "Keys; without it <data-dir>/secrets.toml, created at the first start");
    add(command, "idempotency-ttl-s", options.idempotency_ttl, "How long keys are remembered")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40));
}

void add_build_limits(CLI::App* command, node::ServeOptions& options) {
    add(command,
        "min-free-bytes",
        options.min_free_bytes,
        "Free space below which nothing is written")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 62));
    add(command, "cache-bytes", options.cache_bytes, "Memory for rows of the read store")
        ->check(kAnyNumber);
    add(command,
        "rebuild-bytes-per-s",
        options.rebuild.bytes_per_s,
        "Records applied to a read store that is rebuilt while another one serves")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40));
}

void add_write_format(CLI::App* command, node::ServeOptions& options) {
    using ledger::WriteFormat;
    command
        ->add_option_function<int>(
            "--write-format",
            [&options](const int& number) { options.write_format = WriteFormat{number}; },
            "The format of new records; a higher one once every node reads it [default " +
                node::default_write_formats() + "]"
        )
        ->envname(variable_of("write-format"))
        ->take_last()
        ->check(CLI::Range(1, static_cast<int>(ledger::kNewestFormat)));
}

void add_serve_options(CLI::App* serve, node::ServeOptions& options) {
    const auto positive = CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40);
    add_store(serve, options.store);
    add_row_options(serve, options);
    serve->add_flag("--read-only", options.read_only, "Serve what `ledger replay` has made");
    add(serve, "prefix", options.prefix, "Path prefix of the API");
    add(serve,
        "metrics-listen",
        options.metrics_listen,
        "Address and port of /metrics; not served without it");
    add(serve, "threads", options.threads, "HTTP threads; 0 is one per processor")
        ->check(CLI::Range(0, 256));
    add(serve, "log-level", options.log_level, "debug, info, warning, error or off")
        ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
    add(serve,
        "max-log-lines",
        options.log_queue_lines,
        "Log lines that may wait to be written; the oldest beyond that are lost, and counted")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 24));
    add_build_limits(serve, options);
    add_write_format(serve, options);
    add_queue_limits(serve, options);
    add(serve,
        "reserved-files",
        options.reserved_files,
        "File descriptors reserved from connections and tables; 0: what threads and brokers need")
        ->check(kAnyNumber);
    add_store_limits(serve, options);
    add(serve, "command-deadline-ms", options.command_deadline, "When a command is given up")
        ->check(CLI::Range(100, 600'000));
    add(serve,
        "stalled-after-ms",
        options.stalled_after,
        "A step that takes longer counts as failing")
        ->check(CLI::Range(100, 600'000));
    add(serve,
        "append-failure-holds-ms",
        options.append_failure_holds,
        "How long a failed append counts as failing without another append")
        ->check(CLI::Range(100, 600'000));
    add(serve, "max-body-values", options.body_values, "Values of a JSON body, fields of a form")
        ->check(CLI::Range(1, 10'000'000));
    add(serve,
        "any-max-age-s",
        options.any_max_age,
        "Maximum age of the data of reads with Consistency: any")
        ->check(CLI::Range(1, 86'400));
    add(serve,
        "max-clock-jump-s",
        options.max_clock_jump,
        "If the wall clock jumps further ahead, nothing is written; 0: no limit")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{365} * 24 * 3600));
    add_join(serve, options.join);
    add_rates(serve, options.rates);
    add_follower_limits(serve, options.followers);
    add_webhooks(serve, options);
    add_transport_limits(serve, options.http);
    add_trusted_proxies(serve, options.trusted_proxies);
}

}  // namespace consularia::cli
