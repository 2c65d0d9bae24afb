#include "cli/event_line.hpp"

#include "ledger/record/canonical.hpp"
#include "ledger/record/json_text.hpp"

#include <cstddef>

namespace consularia::cli {

namespace {

constexpr std::size_t kMaxWord = 255;
constexpr std::string_view kNothing = "-";

std::string_view word_in(const ledger::Json& event, std::string_view attribute) {
    const auto text = event.find_text(attribute);
    return ledger::is_visible_ascii(text, kMaxWord) ? text : kNothing;
}

}  // namespace

std::string event_line(std::string_view fact, bool organization) {
    const auto text = ledger::JsonText::parse(fact);
    const auto& event = text->root();
    std::string line(word_in(event, "time"));
    for (const auto* const attribute : {"sequence", "type", "subject", "actor"}) {
        line += ' ';
        line += word_in(event, attribute);
    }
    if (!organization) return line;
    auto source = word_in(event, "source");
    if (source.starts_with(ledger::kSourcePrefix))
        source.remove_prefix(ledger::kSourcePrefix.size());
    line += ' ';
    return line.append(source);
}

}  // namespace consularia::cli
