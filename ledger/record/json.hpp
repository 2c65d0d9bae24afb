#pragma once
// A value in a JSON text that was parsed (json_text.hpp).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace consularia::ledger {

class JsonScanner;

/// Exists only inside a JsonText, where the values inside an array or object follow it: each member
/// as its name, then its value.
class Json {
  public:
    class Elements;
    class Members;
    struct Member;

    [[nodiscard]] bool is_null() const { return kind_ == Kind::null; }

    [[nodiscard]] bool is_boolean() const { return is_true() || kind_ == Kind::false_; }

    [[nodiscard]] bool is_true() const { return kind_ == Kind::true_; }

    [[nodiscard]] bool is_array() const { return kind_ == Kind::array; }

    [[nodiscard]] bool is_object() const { return kind_ == Kind::object; }

    /// The text without escapes; empty if this is no string.
    [[nodiscard]] std::optional<std::string_view> string() const;

    /// Empty if this is no number, has a decimal point or an exponent, or does not fit.
    [[nodiscard]] std::optional<std::int64_t> integer() const;

    /// The number of elements or members.
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Precondition: an array.
    [[nodiscard]] Elements elements() const;

    /// In the order of the text. Precondition: an object.
    [[nodiscard]] Members members() const;

    /// The first member of this name; null if there is none. Precondition: an object.
    [[nodiscard]] const Json* find(std::string_view name) const;

    /// The same if it is a string; otherwise empty.
    [[nodiscard]] std::string_view find_text(std::string_view name) const;

  private:
    friend class JsonScanner;

    enum class Kind : std::uint8_t { null, false_, true_, number, string, array, object };

    Json(Kind kind, std::string_view text) : text_(text.data()), size_(text.size()), kind_(kind) {}

    [[nodiscard]] std::string_view text() const { return {text_, size_}; }

    /// What follows this value and everything inside it.
    [[nodiscard]] const Json* next() const { return this + span_; }

    const char* text_;        ///< A string without escapes, or a number as written.
    std::size_t size_;        ///< The bytes of the text, or the number of elements or members.
    std::uint32_t span_ = 1;  ///< How many values this is, with everything inside it.
    Kind kind_;
};

class Json::Elements {
  public:
    class Iterator {
      public:
        explicit Iterator(const Json* at) : at_(at) {}

        const Json& operator*() const { return *at_; }

        Iterator& operator++() {
            at_ = at_->next();
            return *this;
        }

        bool operator==(const Iterator&) const = default;

      private:
        const Json* at_;
    };

    explicit Elements(const Json& array) : array_(array) {}

    [[nodiscard]] Iterator begin() const { return Iterator(&array_ + 1); }

    [[nodiscard]] Iterator end() const { return Iterator(array_.next()); }

  private:
    const Json& array_;
};

struct Json::Member {
    std::string_view name;
    const Json& value;
};

class Json::Members {
  public:
    class Iterator {
      public:
        explicit Iterator(const Json* name) : name_(name) {}

        Member operator*() const { return {name_->text(), name_[1]}; }

        Iterator& operator++() {
            name_ = name_[1].next();
            return *this;
        }

        bool operator==(const Iterator&) const = default;

      private:
        const Json* name_;
    };

    explicit Members(const Json& object) : object_(object) {}

    [[nodiscard]] Iterator begin() const { return Iterator(&object_ + 1); }

    [[nodiscard]] Iterator end() const { return Iterator(object_.next()); }

  private:
    const Json& object_;
};

inline Json::Elements Json::elements() const {
    return Elements(*this);
}

inline Json::Members Json::members() const {
    return Members(*this);
}

/// Whether two members of the object have the same name.
[[nodiscard]] bool has_duplicates(const Json& object);

}  // namespace consularia::ledger
