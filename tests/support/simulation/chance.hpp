#pragma once
// Random choices that a seed determines.

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace consularia::test {

class Chance {
  public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}

    /// 0 to count - 1.
    template <class Count>
    [[nodiscard]] Count pick(Count count) {
        return static_cast<Count>(random_() % static_cast<std::uint64_t>(count));
    }

    template <class T>
    [[nodiscard]] const T& one_of(const std::vector<T>& choices) {
        return choices[pick(choices.size())];
    }

    [[nodiscard]] bool percent(int probability) { return pick(100) < probability; }

    [[nodiscard]] std::uint64_t seed() { return random_(); }

  private:
    std::mt19937_64 random_;
};

}  // namespace consularia::test
