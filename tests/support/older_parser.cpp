#include "tests/support/older_parser.hpp"

#include "ledger/record/canonical.hpp"
#include "ledger/record/json_text.hpp"
#include "ledger/record/parsed_value.hpp"
#include "ledger/record/subject.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace consularia::test {

namespace {

using Older = nlohmann::ordered_json;

class StrictBuilder : public nlohmann::json_sax<Older> {
  public:
    /// Builds into `root`, which must outlive it.
    explicit StrictBuilder(Older& root) : root_(&root) {}

    bool null() override { return put(nullptr); }

    bool boolean(bool value) override { return put(value); }

    bool number_integer(number_integer_t value) override { return put(value); }

    bool number_unsigned(number_unsigned_t value) override { return put(value); }

    bool number_float(number_float_t value, const string_t&) override { return put(value); }

    bool string(string_t& value) override { return put(std::move(value)); }

    bool binary(binary_t&) override { return false; }

    bool start_object(std::size_t) override { return open(Older::object()); }

    bool end_object() override { return close(); }

    bool start_array(std::size_t) override { return open(Older::array()); }

    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        Older& object = *open_.back();
        if (object.size() == ledger::kMaxJsonMembers) return false;
        const auto [member, inserted] = object.emplace(std::move(name), nullptr);
        member_ = &*member;
        return inserted;
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

  private:
    template <class T>
    bool put(T&& value) {
        return place(std::forward<T>(value)) != nullptr;
    }

    bool open(Older container) {
        if (open_.size() == ledger::kMaxJsonDepth) return false;
        Older* const placed = place(std::move(container));
        if (placed == nullptr) return false;
        open_.push_back(placed);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    /// Where the value was put; null for a root that is no object. An open container is its
    /// parent's last element until it is closed, so the pointers in open_ stay valid.
    Older* place(Older value) {
        if (open_.empty()) {
            if (!value.is_object()) return nullptr;
            *root_ = std::move(value);
            return root_;
        }
        if (open_.back()->is_array()) {
            open_.back()->push_back(std::move(value));
            return &open_.back()->back();
        }
        *member_ = std::move(value);
        return member_;
    }

    Older* root_;
    std::vector<Older*> open_;
    Older* member_ = nullptr;
};

/// The attributes that the rule depends on.
class LinkAttributes {
  public:
    void read(std::string_view name, std::string_view value) {
        if (name == "source") {
            organization_ =
                ledger::parse_reference<domain::OrganizationId>(value, ledger::kSourcePrefix);
        } else if (name == "sequence") {
            sequence_ = ledger::parse_count(value);
        } else if (name == "prevhash") {
            prevhash_ = ledger::parse_hash(value);
        }
    }

    [[nodiscard]] std::optional<ledger::ChainLink> link() const {
        if (!organization_ || !sequence_ || !prevhash_) return std::nullopt;
        return ledger::ChainLink{*organization_, *sequence_, *prevhash_};
    }

  private:
    std::optional<domain::OrganizationId> organization_;
    std::optional<ledger::Sequence> sequence_;
    std::optional<ledger::Hash> prevhash_;
};

/// Sees the attributes of the outermost object. Deeper values are checked to be JSON, but do not
/// matter to the rule.
class ChainLinkReader : public nlohmann::json_sax<Older> {
  public:
    [[nodiscard]] std::optional<ledger::ChainLink> link() {
        std::sort(names_.begin(), names_.end());
        const auto duplicate = std::adjacent_find(names_.begin(), names_.end());
        if (duplicate != names_.end()) return std::nullopt;
        return attributes_.link();
    }

    bool null() override { return depth_ > 0; }

    bool boolean(bool) override { return depth_ > 0; }

    bool number_integer(number_integer_t) override { return depth_ > 0; }

    bool number_unsigned(number_unsigned_t) override { return depth_ > 0; }

    bool number_float(number_float_t, const string_t&) override { return depth_ > 0; }

    bool binary(binary_t&) override { return false; }

    bool string(string_t& value) override {
        if (depth_ == 1) attributes_.read(names_.back(), value);
        return depth_ > 0;
    }

    bool start_object(std::size_t) override {
        ++depth_;
        return true;
    }

    bool start_array(std::size_t) override { return depth_++ > 0; }

    bool key(string_t& name) override {
        if (depth_ == 1) names_.push_back(std::move(name));
        return true;
    }

    bool end_object() override {
        --depth_;
        return true;
    }

    bool end_array() override {
        --depth_;
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

  private:
    std::size_t depth_ = 0;
    std::vector<std::string> names_;
    LinkAttributes attributes_;
};

/// The parser skips a byte order mark, and takes NUL for the end of the text.
bool is_refused_unread(std::string_view text) {
    return text.starts_with("\xef\xbb\xbf") || text.find('\0') != std::string_view::npos;
}

bool scan(std::string_view text, nlohmann::json_sax<Older>& handler) {
    return !is_refused_unread(text) && Older::sax_parse(text, &handler);
}

std::optional<Older> parse_strict(std::string_view text) {
    Older root;
    StrictBuilder builder(root);
    if (!scan(text, builder)) return std::nullopt;
    return root;
}

std::optional<ledger::ChainLink> read_chain_link(std::string_view text) {
    ChainLinkReader reader;
    if (!scan(text, reader)) return std::nullopt;
    return reader.link();
}

std::optional<std::int64_t> integer_in(const Older& value) {
    if (const auto* const count = value.get_ptr<const Older::number_unsigned_t*>()) {
        return std::in_range<std::int64_t>(*count)
                   ? std::optional(static_cast<std::int64_t>(*count))
                   : std::nullopt;
    }
    const auto* const negative = value.get_ptr<const Older::number_integer_t*>();
    return negative != nullptr ? std::optional(*negative) : std::nullopt;
}

bool is_number(const ledger::Json& value) {
    return !value.is_null() && !value.is_boolean() && !value.string() && !value.is_array() &&
           !value.is_object();
}

bool is_same(const Older& older, const ledger::Json& value);

bool are_same_elements(const Older& older, const ledger::Json& array) {
    auto element = older.begin();
    for (const auto& value : array.elements()) {
        if (!is_same(*element++, value)) return false;
    }
    return true;
}

bool are_same_members(const Older& older, const ledger::Json& object) {
    auto member = older.begin();
    for (const auto& [name, value] : object.members()) {
        if (member.key() != name || !is_same(*member++, value)) return false;
    }
    return true;
}

bool is_same(const Older& older, const ledger::Json& value) {
    if (older.is_null()) return value.is_null();
    if (older.is_boolean()) return value.is_boolean() && value.is_true() == older.get<bool>();
    if (older.is_string()) return value.string() == older.get_ref<const std::string&>();
    if (older.is_number()) return is_number(value) && value.integer() == integer_in(older);
    if (older.size() != value.size()) return false;
    if (older.is_array()) return value.is_array() && are_same_elements(older, value);
    return value.is_object() && are_same_members(older, value);
}

}  // namespace

std::optional<std::string> find_difference(std::string_view bytes) {
    const auto text = ledger::JsonText::parse(bytes);
    const bool is_json = !is_refused_unread(bytes) && Older::accept(bytes);
    if (text.has_value() != is_json) return is_json ? "only the older reads it" : "it is not JSON";
    const auto strict = parse_strict(bytes);
    if (strict.has_value() != (text && text->is_strict())) return "one of them is not strict";
    if (strict && !is_same(*strict, text->root())) return "a value differs";
    const auto parsed = ledger::parse_value(bytes);
    if (parsed.object.has_value() != strict.has_value()) return "an object is missing";
    if (parsed.link != read_chain_link(bytes)) return "the link differs";
    if (parsed.link != ledger::read_link_and_subject(bytes).link)
        return "an auditor's link differs";
    return std::nullopt;
}

}  // namespace consularia::test
