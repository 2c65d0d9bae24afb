#pragma once
// `consularia audit sign`: keeps signed heads of all organizations in a directory.

#include "cli/head_stamper.hpp"

#include <chrono>
#include <string>

namespace consularia::cli {

struct SignOptions {
    std::string data_dir = "data";
    std::string secrets_file;  ///< Empty: <data-dir>/secrets.toml.
    std::string public_url;    ///< The server's: its host is in the origin.
    std::string directory;
    std::chrono::seconds interval{0};  ///< 0: once.
    StampOptions stamps;
};

/// Signs the heads that the journal has at the moment, even beside a running server. A head is a
/// file `<directory>/<organization>/<sequence>.note`, which is written once and then compared: one
/// that the journal contradicts is never replaced. The newest head of each organization also gets a
/// time stamp, if there is a TSA: it covers what those before it do. Throws UsageError,
/// StorageError, SecretsError, and std::runtime_error for a contradiction, or if heads that are
/// signed once have got no stamp.
void sign_heads(const SignOptions& options);

}  // namespace consularia::cli
