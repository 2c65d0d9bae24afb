#include "ledger/record/strict_json.hpp"

#include <string>
#include <utility>
#include <vector>

namespace consularia::ledger {

namespace {

class StrictBuilder : public nlohmann::json_sax<Json> {
  public:
    /// Builds into `root`, which must outlive it.
    explicit StrictBuilder(Json& root) : root_(&root) {}

    bool null() override { return put(nullptr); }

    bool boolean(bool value) override { return put(value); }

    bool number_integer(number_integer_t value) override { return put(value); }

    bool number_unsigned(number_unsigned_t value) override { return put(value); }

    bool number_float(number_float_t value, const string_t&) override { return put(value); }

    bool string(string_t& value) override { return put(std::move(value)); }

    bool binary(binary_t&) override { return false; }

    bool start_object(std::size_t) override { return open(Json::object()); }

    bool end_object() override { return close(); }

    bool start_array(std::size_t) override { return open(Json::array()); }

    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        Json& object = *open_.back();
        if (object.size() == kMaxJsonMembers) return false;
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

    bool open(Json container) {
        if (open_.size() == kMaxJsonDepth) return false;
        Json* const placed = place(std::move(container));
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
    Json* place(Json value) {
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

    Json* root_;
    std::vector<Json*> open_;
    Json* member_ = nullptr;
};

}  // namespace

bool scan_json(std::string_view text, nlohmann::json_sax<Json>& handler) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark) || text.find('\0') != std::string_view::npos) {
        return false;
    }
    return Json::sax_parse(text, &handler);
}

std::optional<Json> parse_strict(std::string_view text) {
    Json root;
    StrictBuilder builder(root);
    if (!scan_json(text, builder)) return std::nullopt;
    return root;
}

}  // namespace consularia::ledger
