#include "api/list_answer.hpp"

#include "api/kept_lists.hpp"
#include "api/paging.hpp"
#include "api/preconditions.hpp"
#include "ledger/record/hash.hpp"
#include "projections/projector.hpp"

#include <utility>

namespace consularia::api {

namespace {

/// With the organization's sequence, what a list depends on in this process. The fingerprint is
/// that of the rows: they may have been made with another public URL, and be made again.
std::string key_of(const Call& call) {
    std::string key = projections::read_fingerprint(*call.snapshot);
    key += '\n';
    key += origin_of(call);
    key += call.request.path;
    key += '?';
    key += call.request.query;
    return key;
}

std::string etag_of(const Call& call, const std::string& key) {
    // Unlike the key it is compared across organizations, and with processes that make other links.
    const auto hash = ledger::to_hex(ledger::sha256(
        call.organization().to_string() + '\n' + call.service.links->fingerprint() + '\n' + key
    ));
    return '"' + std::to_string(*call.sequence) + '-' + hash.substr(0, 16) + '"';
}

Response not_modified(const Call& call, std::string etag) {
    Response response;
    response.status = 304;
    response.sequence = call.sequence;
    response.headers.emplace_back("ETag", std::move(etag));
    return response;
}

}  // namespace

Response answer_list(const Call& call, Response (*make)(const Call&)) {
    auto key = key_of(call);
    auto& kept = *call.service.kept_lists;
    const auto known = kept.find(call.organization(), *call.sequence, key);
    auto etag = known ? known->etag : etag_of(call, key);
    // Whoever has the tag was answered with 200.
    if (none_match_names(call.request, etag)) return not_modified(call, std::move(etag));
    Response response;
    if (known) {
        response.sequence = call.sequence;
        response.body = known->body;
    } else {
        response = make(call);
        if (response.status != 200) return response;
        if (!response.rest) {
            kept.keep(call.organization(), *call.sequence, std::move(key), {etag, response.body});
        }
    }
    if (none_match_is_any(call.request)) return not_modified(call, std::move(etag));
    response.headers.emplace_back("ETag", std::move(etag));
    return response;
}

}  // namespace consularia::api
