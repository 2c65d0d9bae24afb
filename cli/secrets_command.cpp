#include "cli/secrets_command.hpp"

#include "cli/output.hpp"
#include "infra/crypto/secrets_file.hpp"
#include "infra/system_clock.hpp"

#include <iostream>

namespace consularia::cli {

void rotate_audit_key(const std::string& file) {
    const int id = infra::add_audit_key(file, infra::SystemClock().now());
    std::cout << "audit key " << id << " signs from now on: restart the servers that have " << file
              << '\n';
    finish_output();
}

}  // namespace consularia::cli
