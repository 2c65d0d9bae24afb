#include "cli/audit_commands.hpp"

#include "cli/export_reader.hpp"
#include "cli/export_verifier.hpp"
#include "cli/output.hpp"

#include <deque>
#include <iostream>

namespace consularia::cli {

namespace {

constexpr int kIntact = 0;
constexpr int kAltered = 1;
constexpr int kCannotTell = 3;

std::string find_intact(const VerifyOptions& options) {
    const auto keys = read_audit_keys(options.keys);
    std::deque<AuditHead> heads;
    for (const auto& file : options.heads) heads.push_back(read_head(file, keys));
    ExportVerifier verifier(keys, std::move(heads), options.after);
    return read_export(options.file, verifier);
}

}  // namespace

int verify_export(const VerifyOptions& options) {
    int code = kIntact;
    try {
        const auto intact = find_intact(options);
        std::cout << "intact: " << intact << "\n";
    } catch (const Altered& found) {
        std::cout << "altered: " << found.what() << "\n";
        code = kAltered;
    } catch (const CannotTell& reason) {
        std::cout << "cannot tell: " << reason.what() << "\n";
        code = kCannotTell;
    }
    finish_output();
    return code;
}

}  // namespace consularia::cli
