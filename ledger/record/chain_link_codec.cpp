// read_chain_link: the part of a value that the acceptance rule uses.

#include "ledger/record/acceptance.hpp"
#include "ledger/record/canonical.hpp"
#include "ledger/record/strict_json.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace consularia::ledger {

namespace {

/// Sees the attributes of the outermost object. Deeper values are checked to be JSON, but do not
/// matter to the rule.
class ChainLinkReader : public nlohmann::json_sax<Json> {
  public:
    [[nodiscard]] std::optional<ChainLink> link() {
        if (!organization_ || !sequence_ || !prevhash_) return std::nullopt;
        std::sort(attributes_.begin(), attributes_.end());
        const auto duplicate = std::adjacent_find(attributes_.begin(), attributes_.end());
        if (duplicate != attributes_.end()) return std::nullopt;
        return ChainLink{*organization_, *sequence_, *prevhash_};
    }

    bool null() override { return depth_ > 0; }

    bool boolean(bool) override { return depth_ > 0; }

    bool number_integer(number_integer_t) override { return depth_ > 0; }

    bool number_unsigned(number_unsigned_t) override { return depth_ > 0; }

    bool number_float(number_float_t, const string_t&) override { return depth_ > 0; }

    bool binary(binary_t&) override { return false; }

    bool string(string_t& value) override {
        if (depth_ == 1) read_attribute(value);
        return depth_ > 0;
    }

    bool start_object(std::size_t) override {
        ++depth_;
        return true;
    }

    bool start_array(std::size_t) override { return depth_++ > 0; }

    bool key(string_t& name) override {
        if (depth_ == 1) attributes_.push_back(std::move(name));
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
    void read_attribute(std::string_view value) {
        const std::string& name = attributes_.back();
        if (name == "source") {
            organization_ = parse_reference<domain::OrganizationId>(value, kSourcePrefix);
        } else if (name == "sequence") {
            sequence_ = parse_count(value);
        } else if (name == "prevhash") {
            prevhash_ = parse_hash(value);
        }
    }

    std::size_t depth_ = 0;
    std::vector<std::string> attributes_;
    std::optional<domain::OrganizationId> organization_;
    std::optional<Sequence> sequence_;
    std::optional<Hash> prevhash_;
};

}  // namespace

std::optional<ChainLink> read_chain_link(std::string_view value) {
    ChainLinkReader reader;
    if (!scan_json(value, reader)) return std::nullopt;
    return reader.link();
}

}  // namespace consularia::ledger
