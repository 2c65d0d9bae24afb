#pragma once
// A request body as read: JSON, or a form converted to the same shape.
//
// The sender decides how many values a body has, so it is stored packed: the bytes as sent, and
// eight more for each value and key. A Value only points into it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::api {

class Array;
class Object;
struct PackedBody;

/// A JSON number as written.
struct Number {
    std::string_view text;
    [[nodiscard]] bool is_integer() const;  ///< Whether it has neither fraction nor exponent.
    friend bool operator==(const Number&, const Number&) = default;
};

/// One value of a body, which it keeps in memory; texts live as long. Each of the last five is
/// empty for a value of another type.
class Value {
  public:
    Value(std::shared_ptr<const PackedBody> body, std::uint32_t at)
        : body_(std::move(body)), at_(at) {}

    [[nodiscard]] bool is_null() const;
    [[nodiscard]] std::optional<bool> truth() const;
    [[nodiscard]] std::optional<Number> number() const;
    [[nodiscard]] std::optional<std::string_view> string() const;
    [[nodiscard]] std::optional<Array> array() const;
    [[nodiscard]] std::optional<Object> object() const;

  private:
    friend class Array;
    friend class Object;

    /// The first value inside, and the one after this.
    [[nodiscard]] Value inner() const { return {body_, at_ + 1}; }

    [[nodiscard]] Value next() const;
    /// The number of values of an array or object.
    [[nodiscard]] std::size_t size() const;

    std::shared_ptr<const PackedBody> body_;
    std::uint32_t at_;
};

/// The values of a list, in order.
class Array {
  public:
    explicit Array(Value whole) : whole_(std::move(whole)) {}

    [[nodiscard]] std::size_t size() const { return whole_.size(); }

    [[nodiscard]] bool empty() const { return size() == 0; }

    /// Calls visit(Value) for each.
    template <class Visit>
    void for_each(Visit visit) const {
        Value item = whole_.inner();
        for (std::size_t left = size(); left > 0; --left) {
            visit(item);
            if (left > 1) item = item.next();
        }
    }

  private:
    Value whole_;
};

/// The members of an object in the order of first appearance, without duplicate keys (the last
/// value won).
class Object {
  public:
    explicit Object(Value whole) : whole_(std::move(whole)) {}

    [[nodiscard]] std::size_t size() const { return whole_.size(); }

    /// Calls visit(std::string_view key, Value) for each.
    template <class Visit>
    void for_each(Visit visit) const {
        Value key = whole_.inner();
        for (std::size_t left = size(); left > 0; --left) {
            const Value value = key.next();
            visit(*key.string(), value);
            if (left > 1) key = value.next();
        }
    }

    /// The same in the order of the keys' bytes.
    template <class Visit>
    void for_each_sorted(Visit visit) const {
        if (is_sorted()) return for_each(visit);
        for (const auto at : sorted_keys()) {
            const Value key(whole_.body_, at);
            visit(*key.string(), key.next());
        }
    }

    /// Empty when there is no such key. Linear: for the few keys that we know.
    [[nodiscard]] std::optional<Value> find(std::string_view key) const;

  private:
    [[nodiscard]] bool is_sorted() const;
    [[nodiscard]] std::vector<std::uint32_t> sorted_keys() const;

    Value whole_;
};

/// An object without members: the value of an absent body.
[[nodiscard]] Value empty_object();

}  // namespace consularia::api
