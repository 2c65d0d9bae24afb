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

std::string forms_of(std::string_view LedgerKind::*form) {
    std::string forms;
    for (const auto* kind : kKinds) {
        if ((kind->*form).empty()) continue;
        if (!forms.empty()) forms += " or ";
        forms += kind->*form;
    }
    return forms;
}

/// "--ledger must be embedded or … and not "x"."
UsageError unknown(const std::string& option, const std::string& given, const std::string& forms) {
    return UsageError(option + " must be " + forms + " and not \"" + given + "\".");
}

}  // namespace

std::string forms_of_ledgers() {
    return forms_of(&LedgerKind::option);
}

std::string forms_of_sides() {
    return forms_of(&LedgerKind::side);
}

std::string default_write_formats() {
    std::string formats;
    for (const auto* kind : kKinds) {
        if (kind->option.empty()) continue;
        if (!formats.empty()) formats += ", ";
        formats += std::to_string(static_cast<int>(kind->write_format)) + " for ";
        formats += kind->option;
    }
    return formats;
}

std::unique_ptr<LedgerBackend> choose_ledger(const StoreOptions& options) {
    for (const auto* kind : kKinds) {
        if (auto backend = kind->choose(options)) return backend;
    }
    throw unknown("--ledger", options.ledger, forms_of_ledgers());
}

std::unique_ptr<LedgerBackend> choose_side(
    const std::string& option, const std::string& side, const StoreOptions& options
) {
    for (const auto* kind : kKinds) {
        if (auto backend = kind->choose_side(side, options)) return backend;
    }
    throw unknown(option, side, forms_of_sides());
}

}  // namespace consularia::node
