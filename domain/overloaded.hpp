#pragma once

// The usual helper to visit a variant with a set of lambdas.

namespace consularia {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};

/// clang 14 deduces no aggregates without it.
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace consularia
