#include "api/feed_query.hpp"

#include "api/bodies/sentences.hpp"
#include "api/lists.hpp"
#include "api/paging.hpp"
#include "api/query_values.hpp"
#include "api/strict_handling.hpp"
#include "domain/ids.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

namespace consularia::api {

namespace {

constexpr auto kKnown = std::to_array<std::string_view>(
    {"after", "lastEventId", "limit", "wait", "timeout", "types", "appointment", "ticket"}
);

/// Reads the parameters of a query and collects what is wrong with them.
class FeedParameters {
  public:
    explicit FeedParameters(std::string_view query) : query_(query) {}

    /// The number, if the parameter is there and right.
    std::optional<std::uint64_t> number(const std::string& name, Bounds bounds) {
        return number(name, query_.last(name), bounds);
    }

    /// The same for what is sent in another place.
    std::optional<std::uint64_t> number(
        const std::string& name, const std::optional<std::string>& text, Bounds bounds
    ) {
        return read_number(name, text, bounds, errors_);
    }

    /// The subject of the appointment's events; empty without the parameter.
    std::string subject() {
        const auto text = query_.last("appointment").value_or("");
        if (text.empty()) return {};
        const auto id = domain::AppointmentId::parse(text);
        if (id) return "appointments/" + id->to_string();
        errors_.add("appointment", Errors::sentence(std::string(kNotAUuid)));
        return {};
    }

    [[nodiscard]] std::vector<std::string> types() const {
        std::vector<std::string> types;
        const auto text = query_.last("types").value_or("");
        for_each_part(text, ',', [&](std::string_view type) { types.emplace_back(type); });
        return types;
    }

    void refuse_unknown() {
        auto unknown = unknown_parameters(query_, kKnown);
        for (auto& [name, why] : std::get<Errors::Fields>(unknown.data)) {
            errors_.add(std::move(name), std::move(why));
        }
    }

    [[nodiscard]] const Errors& errors() const { return errors_; }

  private:
    Query query_;
    Errors errors_;
};

}  // namespace

bool FeedQuery::selects(const ledger::ReadableEvent& event) const {
    if (!subject.empty() && event.subject != subject) return false;
    return types.empty() || std::ranges::find(types, event.type) != types.end();
}

tl::expected<FeedQuery, Errors> read_feed_query(const Request& request) {
    FeedParameters parameters(request.query);
    FeedQuery query;
    // All are checked, whichever counts. A browser that connects again sends the header, with the
    // URL that it had at first.
    auto header = request.header("Last-Event-ID");
    if (header && header->empty()) header.reset();
    const auto resumed = parameters.number("Last-Event-ID", header, {});
    const auto after = parameters.number("after", {});
    const auto last_event_id = parameters.number("lastEventId", {});
    query.after = resumed.value_or(after.value_or(last_event_id.value_or(0)));
    query.limit = parameters.number("limit", {1, kMaxFeedLimit}).value_or(kDefaultFeedLimit);
    const std::uint64_t most = kMaxFeedWait.count();
    const auto seconds = parameters.number("wait", {0, most});
    const auto milliseconds = parameters.number("timeout", {0, 1000 * most});
    query.wait = std::chrono::milliseconds(seconds ? 1000 * *seconds : milliseconds.value_or(0));
    query.types = parameters.types();
    query.subject = parameters.subject();
    if (wants_strict_handling(request)) parameters.refuse_unknown();
    if (!parameters.errors().empty()) return tl::unexpected(parameters.errors());
    return query;
}

}  // namespace consularia::api
