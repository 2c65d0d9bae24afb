#pragma once
// Records the use of an auditor's token before it is answered, or says why it is not answered.

#include "api/request.hpp"
#include "api/response.hpp"
#include "infra/access_log.hpp"
#include "ledger/log/clock.hpp"
#include "node/storage_watch.hpp"

#include <optional>

namespace consularia::node {

/// What a record of a use is made with. All of it outlives this.
struct AccessRecording {
    infra::AccessLog& log;
    const ledger::Clock& clock;
    const StorageWatch& storage;

    /// Precondition: the trace names a token, and so an organization.
    [[nodiscard]] std::optional<api::Failure> operator()(
        const api::Request& request, const api::Trace& trace, int status
    ) const;

  private:
    [[nodiscard]] std::optional<api::Failure> record(const infra::Access& access) const;
};

}  // namespace consularia::node
