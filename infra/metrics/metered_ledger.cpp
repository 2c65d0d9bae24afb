#include "infra/metrics/metered_ledger.hpp"

#include "base/overloaded.hpp"

#include <chrono>
#include <utility>

namespace consularia::infra {
namespace {

class MeteredLedger final : public ledger::Ledger {
  public:
    MeteredLedger(std::unique_ptr<ledger::Ledger> inner, Metrics& metrics)
        : inner_(std::move(inner)), metrics_(metrics) {}

    std::string identity() const override { return inner_->identity(); }

    ledger::Partition partitions() const override { return inner_->partitions(); }

    bool shared() const override { return inner_->shared(); }

    const ledger::Records* records() const override { return inner_->records(); }

    ledger::Writer writer() const override { return inner_->writer(); }

    ledger::AppendResult append(ledger::Partition partition, std::span<const std::string> values)
        override {
        const auto begin = std::chrono::steady_clock::now();
        auto result = inner_->append(partition, values);
        const auto duration = std::chrono::steady_clock::now() - begin;
        const auto name = std::visit(
            Overloaded{
                [](const ledger::Appended&) { return "appended"; },
                [](const ledger::FateUnknown&) { return "fate_unknown"; },
                [](const ledger::NotAppended&) { return "not_appended"; }},
            result
        );
        metrics_.append(
            name, values.size(), std::chrono::duration_cast<Metrics::Duration>(duration)
        );
        return result;
    }

    std::unique_ptr<ledger::Tail> tail(
        ledger::Partition partition, ledger::Position from, std::function<void()> ready
    ) override {
        return inner_->tail(partition, from, std::move(ready));
    }

    std::vector<ledger::Position> find_ends(
        std::span<const ledger::Partition> partitions, std::chrono::milliseconds timeout
    ) override {
        return inner_->find_ends(partitions, timeout);
    }

  private:
    const std::unique_ptr<ledger::Ledger> inner_;
    Metrics& metrics_;
};

}  // namespace

std::unique_ptr<ledger::Ledger> meter(std::unique_ptr<ledger::Ledger> ledger, Metrics& metrics) {
    return std::make_unique<MeteredLedger>(std::move(ledger), metrics);
}

}  // namespace consularia::infra
