#include "api/json/formats.hpp"
#include "api/json/utf8.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace consularia::api {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// A percent sign without two hex digits stands for itself.
std::string decode_percents(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool complete = text[i] == '%' && i + 2 < text.size() &&
                              hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (complete) {
            bytes += static_cast<char>(16 * hex_digit(text[i + 1]) + hex_digit(text[i + 2]));
            i += 2;
        } else {
            bytes += text[i] == '+' ? ' ' : text[i];
        }
    }
    return replace_invalid_utf8(bytes);
}

struct ItemName {
    std::string index;  ///< Digits without leading zeros: may be larger than any integer type.
    std::string key;    ///< May be empty: `[0]`.
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
    return ItemName{std::string(index), std::string(name.substr(close + 1))};
}

/// The items of a list, given by their indexes in any order and with gaps.
class Items {
  public:
    void add(const ItemName& name, Value value) {
        Value& item = items_[{name.index.size(), name.index}];
        if (name.key.empty()) {
            item = std::move(value);
            return;
        }
        if (!item.object()) item = {Object{}};
        std::get<Object>(item.data).push_back({name.key, std::move(value)});
    }

    [[nodiscard]] bool empty() const { return items_.empty(); }

    Value take() {
        Array array;
        for (auto& [index, item] : items_) {
            if (auto* object = std::get_if<Object>(&item.data)) let_last_win(*object);
            array.push_back(std::move(item));
        }
        return {std::move(array)};
    }

  private:
    std::map<std::pair<std::size_t, std::string>, Value> items_;  ///< In the indexes' order.
};

constexpr std::string_view kItems = "participants";
constexpr std::string_view kDictionary = "config";
constexpr std::string_view kKeys = "config.";
constexpr std::string_view kChoices = "scopes";  ///< Repeated for several choices.

Value nest_list(Object flat) {
    Items items;
    for (Entry& entry : flat) {
        const auto item = parse_item_name(entry.key, "");
        if (item) items.add(*item, std::move(entry.value));
    }
    return items.take();
}

Value nest_object(Object flat, Array choices) {
    Object whole;
    Items items;
    Object dictionary;
    for (Entry& entry : flat) {
        const std::string_view name = entry.key;
        if (const auto item = parse_item_name(name, kItems)) {
            items.add(*item, std::move(entry.value));
        } else if (name.starts_with(kKeys) && name != kKeys) {
            dictionary.push_back({std::string(name.substr(kKeys.size())), std::move(entry.value)});
        } else if (name != kItems && name != kDictionary && name != kChoices) {
            whole.push_back(std::move(entry));
        }
    }
    if (!items.empty()) whole.push_back({std::string(kItems), items.take()});
    if (!dictionary.empty()) whole.push_back({std::string(kDictionary), {std::move(dictionary)}});
    if (!choices.empty()) whole.push_back({std::string(kChoices), {std::move(choices)}});
    return {std::move(whole)};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> decode_form(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        pairs.emplace_back(
            decode_percents(pair.substr(0, equals)),
            decode_percents(pair.substr(std::min(equals + 1, pair.size())))
        );
    }
    return pairs;
}

Value nest_form(std::vector<FormField> fields, Shape shape) {
    Object flat;
    Array choices;
    for (FormField& field : fields) {
        // A list is what no field takes for a text: a file is refused wherever it matters.
        Value value = field.second ? Value{std::move(*field.second)} : Value{Array{}};
        if (field.first == kChoices) choices.push_back(value);
        flat.push_back({std::move(field.first), std::move(value)});
    }
    let_last_win(flat);
    return shape == Shape::list ? nest_list(std::move(flat))
                                : nest_object(std::move(flat), std::move(choices));
}

}  // namespace consularia::api
