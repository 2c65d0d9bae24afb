#pragma once
// What a handler needs next. Handlers are plain functions; only api/http suspends.

#include "api/alarm.hpp"
#include "api/response.hpp"
#include "domain/ids.hpp"
#include "ledger/commands/command.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace consularia::api {

struct Step;

/// Read the request's body, then continue with it or with the reason why there is none. An absent
/// body is empty.
struct ReadBody {
    std::function<Step(tl::expected<std::string, Failure> body)> then;
};

/// Wait until the server has started, or its start has taken so long that the client should be
/// informed. Only the steps after this need data.
struct AfterStart {
    std::function<Step()> then;
};

/// Wait until this organization's partition is caught up with the log, then continue; `fresh` is
/// false if that cannot be determined in time.
struct AfterSync {
    std::optional<domain::OrganizationId> organization;  ///< Empty: all partitions.
    std::function<Step(bool fresh)> then;
};

/// Wait until it is this organization's turn, then continue: work that costs something follows it.
struct InTurn {
    /// Empty: requests of no organization, like the admin's, have a turn of their own.
    std::optional<domain::OrganizationId> organization;
    std::function<Step()> then;
};

/// Carry out a command, then answer.
struct Submit {
    ledger::Submission submission;
    std::function<Response(ledger::Reply)> render;
};

/// Wait until the alarm rings, then continue; `rang` is false if the time has come, the client has
/// left or the server stops: there is no more waiting.
struct AfterAlarm {
    std::shared_ptr<Alarm> alarm;
    std::chrono::steady_clock::time_point until;
    std::function<Step(bool rang)> then;
};

struct Step {
    std::variant<Response, AfterStart, ReadBody, AfterSync, InTurn, AfterAlarm, Submit> next;

    // Implicit on purpose: a handler returns any of them.
    Step(Response response) : next(std::move(response)) {}

    Step(AfterStart start) : next(std::move(start)) {}

    Step(ReadBody read) : next(std::move(read)) {}

    Step(AfterSync sync) : next(std::move(sync)) {}

    Step(InTurn turn) : next(std::move(turn)) {}

    Step(AfterAlarm alarm) : next(std::move(alarm)) {}

    Step(Submit submit) : next(std::move(submit)) {}
};

}  // namespace consularia::api
