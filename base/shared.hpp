#pragma once
// A value shared by its copies, however large it is.

#include <memory>
#include <utility>

namespace consularia {

/// Immutable: it is replaced as a whole. As thread-safe as a const T.
template <class T>
class Shared {
  public:
    Shared() = default;

    // Implicit on purpose: a T is shared by being stored.
    Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}

    [[nodiscard]] const T& operator*() const {
        static const T kEmpty{};
        return value_ ? *value_ : kEmpty;
    }

    [[nodiscard]] const T* operator->() const { return &**this; }

    /// Whether both share one value; does not compare the values.
    [[nodiscard]] bool same_as(const Shared& other) const { return value_ == other.value_; }

    friend bool operator==(const Shared& a, const Shared& b) { return a.same_as(b) || *a == *b; }

  private:
    std::shared_ptr<const T> value_;
};

}  // namespace consularia
