#include "node/ledger_backend.hpp"

#include "node/usage_error.hpp"

#include <array>

namespace consularia::node {

namespace {

constexpr std::array kKinds{
    &kEmbeddedLedger,
    &kKafkaLedger,
    &kJournalLedger,
};

/// "--ledger must be embedded or … and not "x"."
UsageError unknown(
    const std::string& option, const std::string& given, std::string_view LedgerKind::*form
) {
    std::string forms;
    for (const auto* kind : kKinds) {
        if ((kind->*form).empty()) continue;
        if (!forms.empty()) forms += " or ";
        forms += kind->*form;
    }
    return UsageError(option + " must be " + forms + " and not \"" + given + "\".");
}

}  // namespace

std::unique_ptr<LedgerBackend> choose_ledger(const StoreOptions& options) {
    for (const auto* kind : kKinds) {
        if (auto backend = kind->choose(options)) return backend;
    }
    throw unknown("--ledger", options.ledger, &LedgerKind::option);
}

std::unique_ptr<LedgerBackend> choose_side(
    const std::string& option, const std::string& side, const StoreOptions& options
) {
    for (const auto* kind : kKinds) {
        if (auto backend = kind->choose_side(side, options)) return backend;
    }
    throw unknown(option, side, &LedgerKind::side);
}

}  // namespace consularia::node
