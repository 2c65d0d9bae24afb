#include "node/record_codec.hpp"

#include "infra/crypto/crypto.hpp"

namespace consularia::node {

ledger::WriteFormat write_format(const ServeOptions& options, const LedgerBackend& backend) {
    return options.write_format.value_or(backend.write_format());
}

ledger::RecordCodec make_record_codec(
    const ServeOptions& options, const LedgerBackend& backend, const infra::Secrets& secrets
) {
    return ledger::RecordCodec({write_format(options, backend), infra::Hmac(secrets.request_key)});
}

}  // namespace consularia::node
