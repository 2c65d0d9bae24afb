// The part of a value that the acceptance rule uses.

#include "ledger/record/acceptance.hpp"
#include "ledger/record/canonical.hpp"
#include "ledger/record/parsed_value.hpp"
#include "ledger/record/subject.hpp"

#include <utility>

namespace consularia::ledger {

namespace {

/// The attributes that the rule depends on.
class LinkAttributes {
  public:
    void read(std::string_view name, std::string_view value) {
        if (name == "source") {
            organization_ = parse_reference<domain::OrganizationId>(value, kSourcePrefix);
        } else if (name == "sequence") {
            sequence_ = parse_count(value);
        } else if (name == "prevhash") {
            prevhash_ = parse_hash(value);
        }
    }

    [[nodiscard]] std::optional<ChainLink> link() const {
        if (!organization_ || !sequence_ || !prevhash_) return std::nullopt;
        return ChainLink{*organization_, *sequence_, *prevhash_};
    }

  private:
    std::optional<domain::OrganizationId> organization_;
    std::optional<Sequence> sequence_;
    std::optional<Hash> prevhash_;
};

/// Deeper values are JSON, but do not matter to the rule.
std::optional<ChainLink> link_in(const JsonText& text) {
    if (!text.is_strict() && (!text.root().is_object() || has_duplicates(text.root()))) {
        return std::nullopt;
    }
    LinkAttributes attributes;
    for (const auto& [name, member] : text.root().members()) {
        if (const auto value = member.string()) attributes.read(name, *value);
    }
    return attributes.link();
}

}  // namespace

std::optional<ChainLink> read_chain_link(std::string_view value) {
    return parse_value(value).link;
}

LinkAndSubject read_link_and_subject(std::string_view value) {
    const auto text = JsonText::parse(value, 1);
    if (!text) return {};
    LinkAndSubject read{link_in(*text), std::nullopt};
    if (!read.link) return {};
    const auto subject = text->root().find_text("subject");
    if (!subject.empty()) read.subject = sha256(subject);
    return read;
}

ParsedValue parse_value(std::string_view value) {
    ParsedValue parsed;
    auto text = JsonText::parse(value);
    if (!text) return parsed;
    parsed.link = link_in(*text);
    if (text->is_strict()) parsed.object = std::move(text);
    return parsed;
}

ParsedValue value_of(const Record& sealed) {
    return {.link = link_of(sealed), .object = {}, .sealed = &sealed};
}

}  // namespace consularia::ledger
