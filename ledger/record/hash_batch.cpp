#include "ledger/record/hash_batch.hpp"

#include "base/check.hpp"

#include <cstddef>
#include <memory>

#ifdef CONSULARIA_IPSEC_MB
#define NO_COMPAT_IMB_API_053  // names of an older version
#include <intel-ipsec-mb.h>
#endif

namespace consularia::ledger {

#ifdef CONSULARIA_IPSEC_MB

namespace {

/// The library takes no longer texts.
constexpr std::size_t kLongest = 65'534;

struct FreeManager {
    void operator()(IMB_MGR* manager) const { free_mb_mgr(manager); }
};

using Manager = std::unique_ptr<IMB_MGR, FreeManager>;

Manager make_manager() {
    Manager manager(alloc_mb_mgr(0));
    CHECK(manager != nullptr);
    // Two texts by instructions for SHA are faster than many by those for vectors.
    if ((manager->features & IMB_FEATURE_SHANI) != 0) {
        init_mb_mgr_sse(manager.get());
    } else {
        init_mb_mgr_auto(manager.get(), nullptr);
    }
    return manager;
}

IMB_MGR* manager() {
    thread_local const auto kept = make_manager();
    return kept.get();
}

void check(const IMB_JOB* done) {
    if (done != nullptr) CHECK(done->status == IMB_STATUS_COMPLETED);
}

}  // namespace

void HashBatch::add(std::string_view bytes, Hash& hash) {
    if (bytes.empty() || bytes.size() > kLongest) {
        hash = sha256(bytes);
        return;
    }
    auto* const shared = manager();
    auto* const job = IMB_GET_NEXT_JOB(shared);
    job->cipher_mode = IMB_CIPHER_NULL;
    job->cipher_direction = IMB_DIR_ENCRYPT;
    job->chain_order = IMB_ORDER_HASH_CIPHER;
    job->hash_alg = IMB_AUTH_SHA_256;
    job->src = reinterpret_cast<const std::uint8_t*>(bytes.data());
    job->hash_start_src_offset_in_bytes = 0;
    job->msg_len_to_hash_in_bytes = bytes.size();
    job->auth_tag_output = hash.data();
    job->auth_tag_output_len_in_bytes = hash.size();
    check(IMB_SUBMIT_JOB_NOCHECK(shared));  // what it would check is always the same
}

void HashBatch::finish() {
    while (const auto* const done = IMB_FLUSH_JOB(manager())) check(done);
}

#else

void HashBatch::add(std::string_view bytes, Hash& hash) {
    hash = sha256(bytes);
}

void HashBatch::finish() {}

#endif

}  // namespace consularia::ledger
