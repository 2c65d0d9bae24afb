#pragma once
// A value that its copies share, however large it is.

#include <memory>
#include <utility>

namespace consularia {

/// Never changes: it is replaced as a whole. As thread-safe as a T that nobody changes.
template <class T>
class Shared {
  public:
    Shared() = default;

    // Implicit on purpose: a T becomes one by being kept.
    Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}

    [[nodiscard]] const T& operator*() const {
        static const T kEmpty{};
        return value_ ? *value_ : kEmpty;
    }

    [[nodiscard]] const T* operator->() const { return &**this; }

    /// Equal without a look at the value.
    [[nodiscard]] bool same_as(const Shared& other) const { return value_ == other.value_; }

    friend bool operator==(const Shared& a, const Shared& b) { return a.same_as(b) || *a == *b; }

  private:
    std::shared_ptr<const T> value_;
};

}  // namespace consularia
