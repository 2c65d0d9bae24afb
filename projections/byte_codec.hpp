#pragma once
// Writes and reads the parts of a row's value in sequence.

#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "ledger/log/storage_error.hpp"
#include "projections/keys.hpp"
#include "projections/row_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::projections {

[[noreturn]] inline void row_is_damaged() {
    throw ledger::StorageError("The read store is damaged: a row has another form than its table.");
}

class ByteWriter {
  public:
    void byte(std::uint8_t value) { out_ += static_cast<char>(value); }

    void boolean(bool value) { byte(value ? 1 : 0); }

    template <class Enum>
    void enumerator(Enum value) {
        byte(byte_of(value));
    }

    void number(std::uint64_t value) { keys::append_number(out_, value); }

    void time(domain::Timestamp value) {
        number(static_cast<std::uint64_t>(value.time_since_epoch().count()));
    }

    void text(std::string_view value) {
        number(value.size());
        out_ += value;
    }

    void rest(std::string_view value) { out_ += value; }

    template <std::size_t kSize>
    void bytes(const std::array<std::uint8_t, kSize>& value) {
        out_.append(reinterpret_cast<const char*>(value.data()), value.size());
    }

    /// A byte that says whether the value follows.
    template <class T, class Write>
    void optional(const std::optional<T>& value, const Write& write) {
        boolean(value.has_value());
        if (value) write(*value);
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    std::uint8_t byte() { return static_cast<std::uint8_t>(take(1).front()); }

    std::uint64_t number() { return keys::number_in(take(sizeof(std::uint64_t))); }

    domain::Timestamp time() {
        return domain::Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(number())));
    }

    std::string_view text() { return take(number()); }

    bool boolean() {
        const auto value = byte();
        if (value > 1) row_is_damaged();
        return value == 1;
    }

    template <class Enum>
    Enum enumerator() {
        const auto value = with_byte<Enum>(byte());
        if (!value) row_is_damaged();
        return *value;
    }

    template <std::size_t kSize>
    std::array<std::uint8_t, kSize> bytes() {
        std::array<std::uint8_t, kSize> value{};
        const auto taken = take(kSize);
        std::copy(taken.begin(), taken.end(), value.begin());
        return value;
    }

    template <class Id>
    Id id() {
        return {bytes<16>()};
    }

    template <class Read>
    auto optional(const Read& read) -> std::optional<decltype(read())> {
        if (!boolean()) return std::nullopt;
        return read();
    }

    /// Everything that is left; afterwards nothing is.
    std::string_view rest() { return take(rest_.size()); }

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    void expect_end() const {
        if (!at_end()) row_is_damaged();
    }

  private:
    std::string_view take(std::uint64_t size) {
        if (size > rest_.size()) row_is_damaged();
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    std::string_view rest_;
};

/// A domain text that was stored.
template <class T>
T read_text(ByteReader& in) {
    auto text = T::parse(std::string(in.text()));
    if (!text) row_is_damaged();
    return *std::move(text);
}

}  // namespace consularia::projections
