#include "api/json/formats.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <map>

namespace consularia::api {

namespace {

/// Takes the place of double in the parser, which refuses numbers that overflow a double: of a
/// number we want only the text. Never infinite.
class Unread {
  public:
    Unread(double value = 0) : value_(value) {}  // the parser initialises it with 0

    operator double&() { return value_; }  // the parser writes here what strtod reads

    operator double() const { return 0; }  // and asks here whether that is finite

  private:
    double value_;
};

using Json = nlohmann::
    basic_json<std::map, std::vector, std::string, bool, std::int64_t, std::uint64_t, Unread>;

/// Builds the Value from the parser's calls. False stops the parser.
class Builder {
  public:
    bool null() { return put({Null{}}); }

    bool boolean(bool truth) { return put({truth}); }

    bool number_integer(std::int64_t number) { return put({Number{std::to_string(number)}}); }

    bool number_unsigned(std::uint64_t number) { return put({Number{std::to_string(number)}}); }

    bool number_float(Unread, const std::string& text) { return put({Number{text}}); }

    bool string(std::string& text) { return put({std::move(text)}); }

    bool binary(Json::binary_t&) { return false; }

    bool key(std::string& name) {
        std::get<Object>(open_.back().data).push_back({std::move(name), {}});
        return true;
    }

    bool start_object(std::size_t) { return start({Object{}}); }

    bool start_array(std::size_t) { return start({Array{}}); }

    bool end_object() {
        let_last_win(std::get<Object>(open_.back().data));
        return end();
    }

    bool end_array() { return end(); }

    /// `position` counts the bytes read, the one in error and the end of the text included.
    bool parse_error(
        std::size_t position, const std::string&, const nlohmann::detail::exception& error
    ) {
        offset_ = position > 0 ? position - 1 : 0;
        what_ = error.what();
        return false;
    }

    [[nodiscard]] bool too_deep() const { return too_deep_; }

    [[nodiscard]] std::size_t offset() const { return offset_; }

    [[nodiscard]] const std::string& what() const { return what_; }

    Value take() { return std::move(whole_); }

  private:
    bool start(Value container) {
        too_deep_ = open_.size() == kMaxJsonDepth;
        if (!too_deep_) open_.push_back(std::move(container));
        return !too_deep_;
    }

    bool end() {
        Value ended = std::move(open_.back());
        open_.pop_back();
        return put(std::move(ended));
    }

    bool put(Value value) {
        if (open_.empty()) {
            whole_ = std::move(value);
        } else if (auto* array = std::get_if<Array>(&open_.back().data)) {
            array->push_back(std::move(value));
        } else {
            std::get<Object>(open_.back().data).back().value = std::move(value);
        }
        return true;
    }

    std::vector<Value> open_;  ///< The containers that have not ended, outermost first.
    Value whole_;
    bool too_deep_ = false;
    std::size_t offset_ = 0;
    std::string what_;
};

/// Where the first bracket opens that is too deep. Precondition: the text is JSON up to there.
std::size_t find_too_deep(std::string_view text) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > kMaxJsonDepth) return i;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return text.size();
}

/// The parser's message without its name, its place and the text that it quotes from the body.
std::string shorten(std::string what) {
    if (const auto quoted = what.find("; last read: "); quoted != std::string::npos) {
        what.resize(quoted);
    }
    const auto place = what.find(": ");
    return place == std::string::npos ? what : what.substr(place + 2);
}

/// As Python's json says it, so that clients find the place where they always did.
tl::unexpected<UnreadableBody> parse_error(
    std::string_view body, std::size_t offset, const std::string& what
) {
    const std::string_view before = body.substr(0, std::min(offset, body.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::string_view same_line = before.substr(before.rfind('\n') + 1);
    const auto is_lead = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
    const auto column = 1 + std::count_if(same_line.begin(), same_line.end(), is_lead);
    const auto character = std::count_if(before.begin(), before.end(), is_lead);
    return tl::unexpected(UnreadableBody{
        "JSON parse error - " + what + ": line " + std::to_string(line) + " column " +
        std::to_string(column) + " (char " + std::to_string(character) + ")"});
}

}  // namespace

void let_last_win(Object& object) {
    std::vector<std::size_t> order(object.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const int keys = object[a].key.compare(object[b].key);
        return keys != 0 ? keys < 0 : a < b;
    });
    std::vector<bool> beaten(object.size());
    bool any = false;
    for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
        while (to < order.size() && object[order[to]].key == object[order[from]].key) ++to;
        if (to - from == 1) continue;
        any = true;
        std::swap(object[order[from]].value, object[order[to - 1]].value);
        for (std::size_t i = from + 1; i < to; ++i) beaten[order[i]] = true;
    }
    if (!any) return;
    Object winners;
    for (std::size_t i = 0; i < object.size(); ++i) {
        if (!beaten[i]) winners.push_back(std::move(object[i]));
    }
    object = std::move(winners);
}

tl::expected<Value, UnreadableBody> read_json(std::string_view body) {
    if (body.starts_with("\xef\xbb\xbf")) return parse_error(body, 0, "Unexpected UTF-8 BOM");
    Builder builder;
    const bool parsed = Json::sax_parse(body.data(), body.data() + body.size(), &builder);
    if (builder.too_deep()) {
        return parse_error(body, find_too_deep(body), "nested too deep");
    }
    if (!parsed) return parse_error(body, builder.offset(), shorten(builder.what()));
    // The parser takes a NUL for the end of the text.
    if (const auto nul = body.find('\0'); nul != std::string_view::npos) {
        return parse_error(body, nul, "unexpected NUL");
    }
    return builder.take();
}

}  // namespace consularia::api
