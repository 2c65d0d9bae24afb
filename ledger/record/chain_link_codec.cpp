// The part of a value that the acceptance rule uses, read from the bytes or from parsed JSON.

#include "ledger/record/acceptance.hpp"
#include "ledger/record/canonical.hpp"
#include "ledger/record/parsed_value.hpp"
#include "ledger/record/strict_json.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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

/// Sees the attributes of the outermost object. Deeper values are checked to be JSON, but do not
/// matter to the rule.
class ChainLinkReader : public nlohmann::json_sax<Json> {
  public:
    [[nodiscard]] std::optional<ChainLink> link() {
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

/// The same for an object without duplicate attributes.
std::optional<ChainLink> link_in(const Json& object) {
    LinkAttributes attributes;
    for (const auto& [name, member] : object.get_ref<const Json::object_t&>()) {
        if (const auto* const text = member.get_ptr<const Json::string_t*>()) {
            attributes.read(name, *text);
        }
    }
    return attributes.link();
}

}  // namespace

std::optional<ChainLink> read_chain_link(std::string_view value) {
    ChainLinkReader reader;
    if (!scan_json(value, reader)) return std::nullopt;
    return reader.link();
}

ParsedValue parse_value(std::string_view value) {
    auto object = parse_strict(value);
    const auto link = object ? link_in(*object) : read_chain_link(value);
    return {.link = link, .object = std::move(object)};
}

ParsedValue value_of(const Record& sealed) {
    return {.link = link_of(sealed), .object = {}, .sealed = &sealed};
}

}  // namespace consularia::ledger
