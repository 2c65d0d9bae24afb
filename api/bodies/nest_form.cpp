// Interprets the fields of a form by Django REST framework's names for nested values.

#include "api/bodies/formats.hpp"
#include "api/bodies/packer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

namespace consularia::api {

namespace {

constexpr std::string_view kItems = "participants";
constexpr std::string_view kDictionary = "config";
constexpr std::string_view kKeys = "config.";
/// Repeated for several choices.
constexpr std::array<std::string_view, 2> kChoices{"scopes", "types"};
/// May be null and not blank: an empty value means null, which a form cannot express otherwise.
constexpr std::string_view kNullable = "expires_at";

std::string_view name_at(std::string_view text, std::uint32_t begin) {
    return text.substr(begin, text.find(FormFields::kNameEnd, begin) - begin);
}

std::string_view value_at(std::string_view text, std::uint32_t begin) {
    const auto from = text.find(FormFields::kNameEnd, begin) + 1;
    return text.substr(from, text.find(FormFields::kValueEnd, from) - from);
}

struct ItemName {
    std::string_view index;  ///< Digits without leading zeros; may be larger than any integer type.
    std::string_view key;    ///< May be empty: `[0]`.
};

/// Reads `prefix[n]key`.
std::optional<ItemName> parse_item_name(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix)) return std::nullopt;
    name.remove_prefix(prefix.size());
    if (!name.starts_with('[')) return std::nullopt;
    name.remove_prefix(1);
    const std::size_t close = name.find_first_not_of("0123456789");
    if (close == 0 || close == std::string_view::npos || name[close] != ']') return std::nullopt;
    std::string_view index = name.substr(0, close);
    index.remove_prefix(std::min(index.find_first_not_of('0'), close - 1));
    return ItemName{index, name.substr(close + 1)};
}

/// A field with a name of its own: where the name came first, and where its last value is.
struct Field {
    std::uint32_t first;
    std::uint32_t last;
};

/// What a field belongs to, in the order in which the parts are packed.
enum class Part { whole, items, dictionary, nothing };

class Nester {
  public:
    Nester(FormFields fields, Shape shape) : shape_(shape), text_(std::move(fields.text)) {
        if (shape == Shape::object) find_choices(fields.begins);
        let_last_win(std::move(fields.begins));
        sort_by_part();
    }

    Value nest() {
        const auto whole = fields_of(Part::whole);
        const auto items = fields_of(Part::items);
        const auto dictionary = fields_of(Part::dictionary);
        // The whole; the keys of two nested values and of the choices, and their values.
        constexpr std::size_t kNested = 1 + 2 * (2 + kChoices.size());
        auto nodes = kNested + 2 * (whole.size() + dictionary.size()) + 3 * items.size();
        for (const auto& values : choices_) nodes += values.size();
        Packer packer(std::move(text_), nodes);
        if (shape_ == Shape::list) {
            pack_items(packer, items);
            return packer.take();
        }
        pack_whole(packer, whole, items, dictionary);
        return packer.take();
    }

  private:
    void find_choices(const std::vector<std::uint32_t>& begins) {
        for (const auto begin : begins) {
            const auto found = std::ranges::find(kChoices, name_at(text_, begin));
            if (found == kChoices.end()) continue;
            choices_.at(static_cast<std::size_t>(found - kChoices.begin())).push_back(begin);
        }
    }

    void let_last_win(std::vector<std::uint32_t> begins) {
        std::sort(begins.begin(), begins.end(), [this](std::uint32_t a, std::uint32_t b) {
            const int order = name_at(text_, a).compare(name_at(text_, b));
            return order != 0 ? order < 0 : a < b;
        });
        const auto same = [this](std::uint32_t a, std::uint32_t b) {
            return name_at(text_, a) == name_at(text_, b);
        };
        std::size_t names = 0;
        for (std::size_t i = 0; i < begins.size(); ++i) {
            if (i == 0 || !same(begins[i - 1], begins[i])) ++names;
        }
        fields_.reserve(names);
        for (std::size_t i = 0; i < begins.size(); ++i) {
            if (i == 0 || !same(begins[i - 1], begins[i])) {
                fields_.push_back({begins[i], begins[i]});
            } else {
                fields_.back().last = begins[i];
            }
        }
    }

    [[nodiscard]] std::string_view prefix() const {
        return shape_ == Shape::list ? std::string_view() : kItems;
    }

    [[nodiscard]] Part part_of(std::string_view name) const {
        if (parse_item_name(name, prefix())) return Part::items;
        if (shape_ == Shape::list) return Part::nothing;
        if (name.starts_with(kKeys) && name != kKeys) return Part::dictionary;
        const bool nested = name == kItems || name == kDictionary ||
                            std::ranges::find(kChoices, name) != kChoices.end();
        return nested ? Part::nothing : Part::whole;
    }

    /// Sorts items by index, fields that are not nested by name, and keeps the order of the others.
    void sort_by_part() {
        const auto key_of = [this](const Field& field) {
            const auto name = name_at(text_, field.first);
            const auto part = part_of(name);
            const auto index = part == Part::items ? parse_item_name(name, prefix())->index : "";
            const auto place = part == Part::whole ? name : index;
            return std::tuple(part, index.size(), place, field.first);
        };
        std::sort(fields_.begin(), fields_.end(), [&](const Field& a, const Field& b) {
            return key_of(a) < key_of(b);
        });
    }

    [[nodiscard]] std::span<const Field> fields_of(Part part) const {
        const auto is_before = [this](const Field& field, Part wanted) {
            return part_of(name_at(text_, field.first)) < wanted;
        };
        const auto begin = std::lower_bound(fields_.begin(), fields_.end(), part, is_before);
        const auto next = static_cast<Part>(static_cast<int>(part) + 1);
        const auto end = std::lower_bound(begin, fields_.end(), next, is_before);
        return {begin, end};
    }

    [[nodiscard]] static std::string_view name(const Packer& packer, const Field& field) {
        return name_at(packer.bytes(), field.first);
    }

    /// No field accepts a list as a text, so a file is refused wherever it matters.
    static void pack_value(Packer& packer, std::uint32_t begin) {
        const auto value = value_at(packer.bytes(), begin);
        if (value == FormFields::kFile) {
            packer.end(packer.begin(Node::Kind::array), 0);
        } else {
            packer.string(value);
        }
    }

    static void pack_member(Packer& packer, std::string_view key, const Field& field) {
        packer.string(key);
        pack_value(packer, field.last);
    }

    static void pack_own_member(Packer& packer, const Field& field) {
        const auto key = name(packer, field);
        if (key != kNullable || !value_at(packer.bytes(), field.last).empty()) {
            return pack_member(packer, key, field);
        }
        packer.string(key);
        packer.null();
    }

    /// The members are in the order of their names, so their canonical text needs no sorting.
    void pack_whole(
        Packer& packer,
        std::span<const Field> whole,
        std::span<const Field> items,
        std::span<const Field> dictionary
    ) const {
        const auto opened = packer.begin(Node::Kind::object);
        std::size_t members = whole.size();
        const auto pack_up_to = [&](std::string_view end) {
            while (!whole.empty() && (end.empty() || name(packer, whole.front()) < end)) {
                pack_own_member(packer, whole.front());
                whole = whole.subspan(1);
            }
        };
        const auto pack_nested = [&](bool present, std::string_view key, const auto& pack) {
            pack_up_to(key);
            if (!present) return;
            // The key is not part of the text, so it is packed as a decoded string.
            const auto begin = packer.decoded().size();
            packer.decoded() += key;
            packer.decoded_string(begin);
            pack();
            ++members;
        };
        static_assert(kDictionary < kItems && kItems < kChoices[0] && kChoices[0] < kChoices[1]);
        pack_nested(!dictionary.empty(), kDictionary, [&] { pack_dictionary(packer, dictionary); });
        pack_nested(!items.empty(), kItems, [&] { pack_items(packer, items); });
        for (std::size_t i = 0; i < kChoices.size(); ++i) {
            const auto& values = choices_.at(i);
            pack_nested(!values.empty(), kChoices.at(i), [&] { pack_choices(packer, values); });
        }
        pack_up_to({});
        packer.end(opened, members);
    }

    void pack_items(Packer& packer, std::span<const Field> items) const {
        const auto name_of = [&](const Field& field) {
            return *parse_item_name(name(packer, field), prefix());
        };
        const auto opened = packer.begin(Node::Kind::array);
        std::size_t count = 0;
        while (!items.empty()) {
            const auto end = std::find_if(items.begin(), items.end(), [&](const Field& field) {
                return name_of(field).index != name_of(items.front()).index;
            });
            const auto size = static_cast<std::size_t>(end - items.begin());
            pack_item(packer, items.first(size));
            items = items.subspan(size);
            ++count;
        }
        packer.end(opened, count);
    }

    /// The fields of one index: the last one without a key is the item, unless some with keys
    /// follow.
    void pack_item(Packer& packer, std::span<const Field> fields) const {
        const auto key_of = [&](const Field& field) {
            return parse_item_name(name(packer, field), prefix())->key;
        };
        if (key_of(fields.back()).empty()) return pack_value(packer, fields.back().last);
        std::size_t from = fields.size() - 1;
        while (from > 0 && !key_of(fields[from - 1]).empty()) --from;
        const auto opened = packer.begin(Node::Kind::object);
        for (const auto& field : fields.subspan(from)) {
            pack_member(packer, key_of(field), field);
        }
        packer.end(opened, fields.size() - from);
        packer.let_last_win(opened);  // [1]a and [01]a are the same.
    }

    static void pack_dictionary(Packer& packer, std::span<const Field> fields) {
        const auto opened = packer.begin(Node::Kind::object);
        for (const auto& field : fields) {
            pack_member(packer, name(packer, field).substr(kKeys.size()), field);
        }
        packer.end(opened, fields.size());
    }

    static void pack_choices(Packer& packer, const std::vector<std::uint32_t>& values) {
        const auto opened = packer.begin(Node::Kind::array);
        for (const auto begin : values) pack_value(packer, begin);
        packer.end(opened, values.size());
    }

    Shape shape_;
    std::string text_;
    std::vector<Field> fields_;
    /// Where all the values of each begin.
    std::array<std::vector<std::uint32_t>, kChoices.size()> choices_;
};

}  // namespace

FormFields::FormFields(std::size_t fields, std::size_t bytes) {
    begins.reserve(fields);
    text.reserve(bytes);
}

Value nest_form(FormFields fields, Shape shape) {
    return Nester(std::move(fields), shape).nest();
}

}  // namespace consularia::api
