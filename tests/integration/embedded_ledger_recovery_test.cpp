// The embedded ledger and damaged files: if an acknowledged record is missing, the start fails and
// leaves every file as it was; a torn write that was never acknowledged does not stop it.

#include "infra/rocks/ledger.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using namespace test;  // NOLINT(google-build-using-namespace): the helpers of this very test
using ledger::Checkpoint;
using ledger::Position;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Expects every attempt to open to be refused with these words, and every file of the parent
/// directory to stay as it was.
void expect_refusal(const fs::path& ledger, const Checkpoint& witness, const std::string& told) {
    const auto before = state_of(ledger.parent_path());
    for (int attempt = 0; attempt < 2; ++attempt) {
        try {
            (void)open_embedded_ledger(ledger, {witness});
            ADD_FAILURE() << "the damage went unnoticed";
        } catch (const LedgerMismatch& refusal) {
            EXPECT_THAT(refusal.what(), HasSubstr("the ledger in " + ledger.string()));
            EXPECT_THAT(refusal.what(), HasSubstr(told));
        }
        EXPECT_THAT(changed_names(before, state_of(ledger.parent_path())), IsEmpty());
    }
}

/// Opens, expects these records and no others, and that appending goes on after them.
void expect_start(const fs::path& directory, const Checkpoint& witness, Position records) {
    {
        const auto ledger = open_embedded_ledger(directory, {witness});
        EXPECT_THAT(ledger->ends(), ElementsAre(records));
        append_records(*ledger, records, records + 15);
    }
    Position position = 0;
    for_each_record(directory, [&position](const ledger::LogEntry& entry) {
        EXPECT_EQ(entry.position, position);
        EXPECT_EQ(entry.value, value_of(position++));
    });
    EXPECT_EQ(position, records + 15);
}

struct Damage {
    std::string name;
    std::function<void(const fs::path& ledger)> inflict;
    std::string told;  ///< The words of the refusal.
};

class DamagedLedger : public testing::TestWithParam<Damage> {};

TEST_P(DamagedLedger, IsRefusedAndLeftAsItWas) {
    const TemporaryDirectory directory;
    const fs::path ledger = directory.path() / "ledger";
    const Checkpoint witness = make_ledger(ledger, 100);
    GetParam().inflict(ledger);
    expect_refusal(ledger, witness, GetParam().told);
}

const std::vector<Damage> kDamages{
    {"BitFlippedInMidLog",
     [](const fs::path& ledger) { flip_bit(the_log_of(ledger), 0.5); },
     "ends at position 70, but this node has read it up to position 100: records 70 to "
     "99 are missing"},
    {"BitFlippedInLastBatch",
     [](const fs::path& ledger) { flip_bit(the_log_of(ledger), 0.99); },
     "records 90 to 99 are missing"},
    {"BitFlippedAtTheStartOfTheLog",
     [](const fs::path& ledger) { flip_bit(the_log_of(ledger), 0); },
     "records 50 to 99 are missing"},
    {"LogCutInHalf",
     [](const fs::path& ledger) { cut(the_log_of(ledger), 0.5); },
     "records 70 to 99 are missing"},
    {"LogCutInLastBatch",
     [](const fs::path& ledger) { cut(the_log_of(ledger), 0.99); },
     "records 90 to 99 are missing"},
    {"LogZeroedFromTheMiddle",
     [](const fs::path& ledger) { zero_from(the_log_of(ledger), 0.5); },
     "records 70 to 99 are missing"},
    {"LogEmptied",
     [](const fs::path& ledger) { cut(the_log_of(ledger), 0); },
     "records 50 to 99 are missing"},
    {"LogDeleted",
     [](const fs::path& ledger) { fs::remove(the_log_of(ledger)); },
     "records 50 to 99 are missing"},
    {"LogOfAnotherLedger",
     [](const fs::path& ledger) {
         const TemporaryDirectory other;
         make_ledger(other.path() / "ledger", 100, "other");
         write_whole_file(the_log_of(ledger), read_whole_file(the_log_of(other.path() / "ledger")));
     },
     "holds another record at position 99 than the one that this node has read"},
    {"BitFlippedInTable",
     [](const fs::path& ledger) { flip_bit(the_table_of(ledger), 0.3); },
     "cannot be read"},
    {"TableDeleted",
     [](const fs::path& ledger) { fs::remove(the_table_of(ledger)); },
     "cannot be read"},
    {"TableCut", [](const fs::path& ledger) { cut(the_table_of(ledger), 0.5); }, "cannot be read"},
    {"TableEmptied",
     [](const fs::path& ledger) { cut(the_table_of(ledger), 0); },
     "cannot be read"},
    {"TableOfAnotherLedger",
     [](const fs::path& ledger) {
         const TemporaryDirectory other;
         make_ledger(other.path() / "ledger", 150, "other");
         write_whole_file(
             the_table_of(ledger), read_whole_file(the_table_of(other.path() / "ledger"))
         );
     },
     "cannot be read"},
    {"ManifestDeleted",
     [](const fs::path& ledger) { fs::remove(the_manifest_of(ledger)); },
     "cannot be read"},
    {"ManifestCut",
     [](const fs::path& ledger) { cut(the_manifest_of(ledger), 0.5); },
     "cannot be read"},
    {"ManifestEmptied",
     [](const fs::path& ledger) { cut(the_manifest_of(ledger), 0); },
     "cannot be read"},
    {"BitFlippedInManifest",
     [](const fs::path& ledger) { flip_bit(the_manifest_of(ledger), 0.5); },
     "cannot be read"},
    {"CurrentDeleted",
     [](const fs::path& ledger) { fs::remove(ledger / "CURRENT"); },
     "cannot be read"},
    {"CurrentOverwritten",
     [](const fs::path& ledger) { write_whole_file(ledger / "CURRENT", "MANIFEST-999999\n"); },
     "cannot be read"},
    {"AllButTheLogDeleted",
     [](const fs::path& ledger) {
         const fs::path log = the_log_of(ledger);
         const std::string content = read_whole_file(log);
         fs::remove_all(ledger);
         fs::create_directory(ledger);
         write_whole_file(log, content);
     },
     "cannot be read"},
    {"EveryFileDeleted",
     [](const fs::path& ledger) {
         fs::remove_all(ledger);
         fs::create_directory(ledger);
     },
     "does not exist, but this node has read 100 records"},
    {"DirectoryDeleted",
     [](const fs::path& ledger) { fs::remove_all(ledger); },
     "does not exist, but this node has read 100 records"},
    {"ReplacedByAnotherLedger",
     [](const fs::path& ledger) {
         fs::remove_all(ledger);
         make_ledger(ledger, 100);
     },
     "has the identity"},
    {"ReplacedByAnEmptyLedger",
     [](const fs::path& ledger) {
         fs::remove_all(ledger);
         (void)open_embedded_ledger(ledger, {});
     },
     "has the identity"},
};

INSTANTIATE_TEST_SUITE_P(Each, DamagedLedger, testing::ValuesIn(kDamages), [](const auto& damage) {
    return damage.param.name;
});

/// Whatever happens to whichever file: the ledger is refused and left as it was, or all records are
/// there, or the reader that meets the damage reports it. Never a wrong record, never a missing
/// one.
class DamagedAnywhere : public testing::TestWithParam<std::string> {
  protected:
    void check(const fs::path& ledger, const Checkpoint& witness) {
        const auto before = state_of(ledger);
        std::unique_ptr<ledger::Ledger> opened;
        try {
            opened = open_embedded_ledger(ledger, {witness});
        } catch (const ledger::StorageError&) {
            EXPECT_THAT(changed_names(before, state_of(ledger)), IsEmpty());
            return;
        }
        EXPECT_THAT(opened->ends(), ElementsAre(witness.next));
        Position position = 0;
        try {
            const auto tail = opened->tail(0, 0, {});
            for (auto entries = tail->next(50); !entries.empty(); entries = tail->next(50)) {
                for (const auto& entry : entries) EXPECT_EQ(entry.value, value_of(position++));
            }
            EXPECT_EQ(position, witness.next);
        } catch (const ledger::StorageError&) {
            EXPECT_LT(position, witness.next);
        }
    }
};

TEST_P(DamagedAnywhere, IsRefusedOrReportedOrHarmless) {
    const TemporaryDirectory directory;
    const fs::path original = directory.path() / "original";
    const Checkpoint witness = make_ledger(original, 100);
    int damaged = 0;
    for (const auto& entry : fs::directory_iterator(original)) {
        const fs::path name = entry.path().filename();
        if (!name.string().starts_with(GetParam()) && name.extension() != GetParam()) continue;
        if (fs::file_size(entry.path()) == 0) continue;
        for (const double where : {0.0, 0.13, 0.29, 0.5, 0.71, 0.87, 0.99}) {
            for (const auto& inflict : {cut, flip_bit, zero_from}) {
                SCOPED_TRACE(name.string() + " at " + std::to_string(where));
                const fs::path ledger = directory.path() / "ledger";
                fs::remove_all(ledger);
                fs::copy(original, ledger);
                inflict(ledger / name, where);
                check(ledger, witness);
                ++damaged;
            }
        }
    }
    EXPECT_GE(damaged, 21);
}

INSTANTIATE_TEST_SUITE_P(
    In,
    DamagedAnywhere,
    testing::Values("MANIFEST", "CURRENT", "IDENTITY", "OPTIONS", ".sst", ".log"),
    [](const auto& file) {
        return file.param[0] == '.' ? file.param.substr(1) : std::string(file.param);
    }
);

class EmbeddedLedgerRecovery : public testing::Test {
  protected:
    TemporaryDirectory directory_;
    fs::path ledger_ = directory_.path() / "ledger";
};

TEST_F(EmbeddedLedgerRecovery, AnOlderCopyIsRefused) {
    make_ledger(ledger_, 100);
    fs::copy(ledger_, directory_.path() / "copy", fs::copy_options::recursive);
    Checkpoint witness;
    {
        const auto ledger = open_embedded_ledger(ledger_, {});
        append_records(*ledger, 100, 101);
        witness = witness_of(*ledger, 101);
    }
    fs::remove_all(ledger_);
    fs::rename(directory_.path() / "copy", ledger_);
    expect_refusal(
        ledger_,
        witness,
        "ends at position 100, but this node has read it up to position 101: record "
        "100 "
        "is missing"
    );
}

TEST_F(EmbeddedLedgerRecovery, AnEmptyLedgerThatShouldHoldRecordsIsRefused) {
    const std::string identity = open_embedded_ledger(ledger_, {})->identity();
    expect_refusal(
        ledger_,
        {identity, 1, ledger::sha256(value_of(0))},
        "is empty, but this node has read it up to position 1: record 0 is missing"
    );
}

TEST_F(EmbeddedLedgerRecovery, FilesThatAreNoLedgerAreRefused) {
    fs::create_directory(ledger_);
    write_whole_file(ledger_ / "notes.txt", "something else");
    const auto before = state_of(directory_.path());
    EXPECT_THROW((void)open_embedded_ledger(ledger_, {}), LedgerMismatch);
    EXPECT_THAT(changed_names(before, state_of(directory_.path())), IsEmpty());
}

TEST_F(EmbeddedLedgerRecovery, DamageInsideATableIsReportedByTheReaderThatMeetsIt) {
    make_ledger(ledger_, 2000);
    flip_bit(the_table_of(ledger_), 0.4);
    const auto ledger = open_embedded_ledger_read_only(ledger_);
    const auto tail = ledger->tail(0, 0, {});
    EXPECT_THROW(while (!tail->next(1000).empty()){}, ledger::StorageError);
}

TEST_F(EmbeddedLedgerRecovery, AnUndamagedLedgerStarts) {
    const Checkpoint witness = make_ledger(ledger_, 100);
    expect_start(ledger_, witness, 100);
}

TEST_F(EmbeddedLedgerRecovery, ALedgerThatIsAheadOfItsReadStoreStarts) {
    Checkpoint witness = make_ledger(ledger_, 100);
    for (const Position next : {1U, 50U, 51U, 99U}) {
        witness.next = next;
        witness.last_hash = ledger::sha256(value_of(next - 1));
        EXPECT_THAT(open_embedded_ledger(ledger_, {witness})->ends(), ElementsAre(100U));
    }
    witness = {witness.ledger_identity, 0, {}};
    EXPECT_THAT(open_embedded_ledger(ledger_, {witness})->ends(), ElementsAre(100U));
}

/// The last batch was written, but its sync did not return: it was never acknowledged.
class TornLastBatch : public EmbeddedLedgerRecovery {
  protected:
    TornLastBatch() : witness_(make_ledger(ledger_, 100)) {
        witness_ = {witness_.ledger_identity, 90, ledger::sha256(value_of(89))};
    }

    Checkpoint witness_;
};

TEST_F(TornLastBatch, StartsWhenItsEndIsMissing) {
    for (const double where : {0.81, 0.9, 0.99}) {
        const fs::path copy = directory_.path() / std::to_string(where);
        fs::copy(ledger_, copy, fs::copy_options::recursive);
        cut(the_log_of(copy), where);
        expect_start(copy, witness_, 90);
    }
}

TEST_F(TornLastBatch, StartsWhenItsEndIsZeros) {
    for (const double where : {0.81, 0.9, 0.99}) {
        const fs::path copy = directory_.path() / std::to_string(where);
        fs::copy(ledger_, copy, fs::copy_options::recursive);
        zero_from(the_log_of(copy), where);
        expect_start(copy, witness_, 90);
    }
}

TEST_F(TornLastBatch, StartsWhenZerosFollowIt) {
    const fs::path log = the_log_of(ledger_);
    fs::resize_file(log, fs::file_size(log) + 100'000);
    expect_start(ledger_, witness_, 100);
}

}  // namespace
}  // namespace consularia::infra::rocks
