// The contract of every ledger, for the ledger on Kafka.

#include "tests/contract/ledger_contract.hpp"

#include "infra/kafka/ledger.hpp"
#include "tests/kafka/broker.hpp"

namespace consularia::ledger {
namespace {

class KafkaSubject final : public Subject {
  public:
    Ledger& ledger() override { return *ledger_; }

    void reopen() override {
        ledger_.reset();
        ledger_ = open();
    }

  private:
    std::unique_ptr<Ledger> open() const { return open_ledger(test::kafka_options(topic_, 3)); }

    const std::string topic_ = test::new_topic_name();
    std::unique_ptr<Ledger> ledger_ = open();
};

INSTANTIATE_TEST_SUITE_P(
    Kafka,
    LedgerContract,
    testing::Values(Implementation{"kafka", [] { return std::make_unique<KafkaSubject>(); }}),
    [](const auto& implementation) { return implementation.param.name; }
);

}  // namespace
}  // namespace consularia::ledger
