#include "node/access_recording.hpp"

#include "ledger/log/no_space_error.hpp"

#include <spdlog/spdlog.h>

namespace consularia::node {

namespace {

api::Failure out_of_storage() {
    return {
        507, "The server is out of storage: the use of an auditor's token cannot be recorded.", {}};
}

}  // namespace

std::optional<api::Failure> AccessRecording::operator()(
    const api::Request& request, const api::Trace& trace, int status
) const {
    const infra::Access access{
        .time = clock.now(),
        .organization = trace.organization.value(),
        .token = trace.audited.value(),
        .method = request.method,
        .path = request.path,
        .query = request.query,
        .status = status,
        .request_id = request.ids.own};
    if (!trace.answered_unrecorded) return record(access);
    if (storage.nearly_full()) {
        log.miss();
    } else {
        log.append_later(access);
    }
    return std::nullopt;
}

std::optional<api::Failure> AccessRecording::record(const infra::Access& access) const {
    if (storage.nearly_full()) return out_of_storage();
    try {
        log.append(access);
        return std::nullopt;
    } catch (const ledger::NoSpaceError& error) {
        spdlog::error("the use of an auditor's token is not recorded: {}", error.what());
        return out_of_storage();
    } catch (const ledger::StorageError& error) {
        spdlog::error("the use of an auditor's token is not recorded: {}", error.what());
        return api::unavailable("The use of an auditor's token cannot be recorded.");
    }
}

}  // namespace consularia::node
