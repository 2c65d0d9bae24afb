#include "cli/access_log_command.hpp"

#include "cli/organization_option.hpp"
#include "infra/access_log.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/data_dir.hpp"

#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string_view>

namespace consularia::cli {

void print_access_log(const std::string& data_dir, const std::string& organization) {
    const auto id = read_organization(organization);
    const auto wanted = id ? id->to_string() : "";
    const node::DataDir dir(data_dir);
    dir.expect_to_own();
    if (!std::filesystem::exists(dir.audit_access())) {
        std::cerr << "no auditor's token has been used on this node\n";
        return;
    }
    const auto print = [&](std::string_view line, std::string_view of) {
        if (wanted.empty() || of == wanted) std::cout << line << '\n';
    };
    const auto check = infra::check_access_log(dir.audit_access(), print);
    std::cout.flush();
    if (check.fault) throw std::runtime_error("The access log is not intact: " + *check.fault);
    std::cerr << "the access log is intact: lines " << check.first << " to " << check.last << "\n";
}

}  // namespace consularia::cli
