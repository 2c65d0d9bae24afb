#pragma once
// Declares options: each is a flag, an environment variable and a line of the file.

#include "node/options.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <string>

namespace consularia::cli {

/// "data-dir" as CONSULARIA_DATA_DIR.
[[nodiscard]] std::string variable_of(std::string name);

/// An option that is also read from the environment. Given twice, the last one counts.
template <class T>
CLI::Option* add(CLI::App* command, const std::string& name, T& value, const std::string& help) {
    return command->add_option("--" + name, value, help)
        ->envname(variable_of(name))
        ->take_last()
        ->capture_default_str();
}

/// A duration, as a number in its unit; the name ends with that.
template <class Rep, class Period>
CLI::Option* add(
    CLI::App* command,
    const std::string& name,
    std::chrono::duration<Rep, Period>& value,
    const std::string& help
) {
    const auto set = [&value](const std::uint64_t& count) {
        value = std::chrono::duration<Rep, Period>(static_cast<Rep>(count));
    };
    return command->add_option_function<std::uint64_t>("--" + name, set, help)
        ->envname(variable_of(name))
        ->take_last()
        ->default_str(std::to_string(value.count()));
}

CLI::Option* add_ms(
    CLI::App* command,
    const std::string& name,
    std::chrono::milliseconds& value,
    const std::string& help,
    std::int64_t least = 1
);

/// Where the data is.
void add_store(CLI::App* command, node::StoreOptions& store);

/// The options of the kinds of ledgers: for Kafka the topic, and how it is reached.
void add_ledger_options(CLI::App* command, node::StoreOptions& store);

/// The options that the rows of a read store depend on: every command that builds rows takes all of
/// them.
void add_row_options(CLI::App* command, node::ServeOptions& options);

/// What building a read store beside one that serves may use.
void add_build_limits(CLI::App* command, node::ServeOptions& options);

/// The form of new records.
void add_write_format(CLI::App* command, node::ServeOptions& options);

/// All options of `serve`.
void add_serve_options(CLI::App* serve, node::ServeOptions& options);

}  // namespace consularia::cli
