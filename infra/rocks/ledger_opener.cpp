#include "infra/rocks/ledger_opener.hpp"

#include "infra/crypto/ids.hpp"
#include "infra/files.hpp"
#include "infra/ledger_mismatch.hpp"

#include <string>
#include <utility>

namespace consularia::infra::rocks {

LedgerOpener::LedgerOpener(std::filesystem::path directory, rocksdb::Env* env)
    : directory_(std::move(directory)),
      env_(watched_env(env != nullptr ? *env : *rocksdb::Env::Default(), watch_)) {}

std::unique_ptr<LedgerFiles> LedgerOpener::open(
    const std::vector<ledger::Checkpoint>& witnesses, const Inspect& inspect
) {
    if (ledger_is_absent(directory_)) {
        if (!witnesses.empty()) refuse_absent_ledger(directory_, witnesses.front());
        create_ledger_files(directory_, env_.get(), domain::format_uuid(random_uuid()));
    }
    ledger::Position end = 0;
    {
        const auto files = open_ledger_read_only(directory_, env_.get());
        for (const auto& witness : witnesses) check_witness(*files, witness, directory_);
        if (inspect) inspect(*files);
        end = files->end;
    }
    auto files = open_ledger_read_write(directory_, env_.get());
    if (files->end != end) {
        throw LedgerMismatch(
            "the ledger in " + directory_.string() + " ended at position " + std::to_string(end) +
            " when it was checked, but at position " + std::to_string(files->end) +
            " when it was opened"
        );
    }
    return files;
}

void LedgerOpener::try_writing() const {
    infra::try_writing(directory_);
}

}  // namespace consularia::infra::rocks
