#pragma once
// Damages values at random, the same in every run.

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::ledger {

class Mutator {
  public:
    explicit Mutator(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

    std::string next() {
        std::string value = seed();
        for (std::size_t i = 0, times = 1 + below(3); i < times; ++i) mutate(value);
        return value;
    }

  private:
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

    const std::string& seed() { return seeds_[below(seeds_.size())]; }

    char any_byte() {
        using namespace std::string_view_literals;
        constexpr auto telling = "{}[]\",:\\0123456789-eEtfn u\0\x80\xff\xef"sv;
        return below(2) == 0 ? telling[below(telling.size())] : static_cast<char>(below(256));
    }

    std::string slice(const std::string& of) {
        const std::size_t from = below(of.size());
        return of.substr(from, below(40));
    }

    void mutate(std::string& value) {
        const std::size_t at = below(value.size());
        switch (below(7)) {
            case 0:
                value.resize(at);
                break;
            case 1:
                value.insert(at, 1, any_byte());
                break;
            case 2:
                value.erase(at, 1 + below(20));
                break;
            case 3:
                value.insert(at, slice(value));
                break;
            case 4:
                value.insert(at, slice(seed()));
                break;
            case 5:
                value = value.substr(0, at) + seed().substr(below(400));
                break;
            default:
                if (!value.empty()) value[at] = any_byte();
        }
    }

    std::vector<std::string> seeds_;
    std::mt19937 random_{20261123};  // NOLINT: the same bytes in every run
};

}  // namespace consularia::ledger
