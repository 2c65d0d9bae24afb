// The contract of every ledger, for the ledgers that need nothing but this machine.

#include "tests/contract/ledger_contract.hpp"

#include "infra/rocks/ledger.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/memory_ledger.hpp"

namespace consularia::ledger {
namespace {

class MemorySubject final : public Subject {
  public:
    Ledger& ledger() override { return ledger_; }

    void reopen() override {}

  private:
    test::MemoryLedger ledger_{{.identity = "memory", .partitions = 3, .shared = true}};
};

class EmbeddedSubject final : public Subject {
  public:
    Ledger& ledger() override { return *ledger_; }

    void reopen() override {
        ledger_.reset();
        ledger_ = open();
    }

  private:
    std::unique_ptr<Ledger> open() const {
        return infra::rocks::open_embedded_ledger(directory_.path() / "ledger", {});
    }

    test::TemporaryDirectory directory_;
    std::unique_ptr<Ledger> ledger_ = open();
};

INSTANTIATE_TEST_SUITE_P(
    All,
    LedgerContract,
    testing::Values(
        Implementation{"memory", [] { return std::make_unique<MemorySubject>(); }},
        Implementation{"embedded", [] { return std::make_unique<EmbeddedSubject>(); }}
    ),
    [](const auto& implementation) { return implementation.param.name; }
);

}  // namespace
}  // namespace consularia::ledger
