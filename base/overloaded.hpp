#pragma once

// The usual helper for visiting a variant with a set of lambdas.

namespace consularia {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};

/// Needed by clang 14 to deduce aggregates.
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace consularia
