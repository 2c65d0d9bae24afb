#pragma once
// The limits of the transport; each one is an option of `consularia serve`.

#include <chrono>
#include <cstddef>

namespace consularia::api::http {

struct Limits {
    std::size_t body_bytes = 4 * 1024 * 1024;         ///< 413
    std::size_t header_bytes = 16 * 1024;             ///< 431; the request line included
    std::size_t header_fields = 100;                  ///< 431
    std::size_t target_bytes = 8 * 1024;              ///< 414
    std::size_t buffer_bytes = 128 * 1024;            ///< read ahead, per connection
    std::size_t in_flight_bytes = 256 * 1024 * 1024;  ///< bodies and answers together; 503
    std::size_t piece_bytes = 256 * 1024;             ///< the part of a large answer that is in
                                                      ///< memory
    std::size_t send_buffer_bytes = 256 * 1024;       ///< the kernel's, per connection
    std::size_t connections = 10'000;                 ///< 503
    std::size_t connections_per_address = 256;        ///< 503; 0: no limit
    std::size_t requests_per_connection = 100'000;    ///< then Connection: close
    std::size_t hanging_reads = 4;                    ///< beyond one per thread; then 503
    std::size_t linger_bytes = 5 * 1024 * 1024;       ///< an unread body, after the last answer
    std::chrono::milliseconds first_byte_timeout{10'000};  ///< of a connection
    std::chrono::milliseconds header_timeout{10'000};      ///< 408, from the first byte on
    std::chrono::milliseconds body_timeout{30'000};        ///< 408
    std::chrono::milliseconds write_timeout{30'000};       ///< without progress
    std::chrono::milliseconds stream_write_timeout{5000};  ///< the same of a stream of events
    std::chrono::milliseconds snapshot_timeout{60'000};    ///< of a whole answer in pieces
    std::chrono::milliseconds idle_timeout{120'000};       ///< longer than the proxies'
    std::chrono::milliseconds read_patience{200};          ///< then another thread takes over
    std::chrono::milliseconds linger_timeout{2000};
    std::chrono::milliseconds throttled_delay{100};  ///< before a 429; doubled up to four times
    std::chrono::milliseconds drain_delay{0};        ///< from the signal until the listener closes
    std::chrono::milliseconds drain_timeout{10'000};

    /// The share of in_flight_bytes of one organization; 503. 0: a quarter.
    std::size_t in_flight_bytes_per_organization = 0;

    /// The resulting number.
    [[nodiscard]] std::size_t in_flight_share() const {
        const auto share = in_flight_bytes_per_organization;
        return share > 0 ? share : in_flight_bytes / 4;
    }
};

}  // namespace consularia::api::http
