#include "cli/report_signature.hpp"

#include "cli/audit_commands.hpp"
#include "cli/audit_heads.hpp"
#include "cli/output.hpp"
#include "infra/crypto/audit_keys.hpp"
#include "infra/crypto/secrets_file.hpp"
#include "infra/system_clock.hpp"
#include "ledger/record/hash.hpp"

#include <cstddef>
#include <iostream>
#include <stdexcept>

namespace consularia::cli {

namespace {

constexpr std::size_t kMaxPageBytes = 64 << 20;

/// What is signed, without the origin before it.
std::string claim_of(std::string_view page) {
    return "\nreport\nsha256 " + ledger::to_hex(ledger::sha256(page)) + "\n";
}

std::string find_intact(const ReportCheckOptions& options) {
    const auto keys = read_audit_keys(options.keys);
    const auto note_file = options.note.empty() ? options.page + ".note" : options.note;
    const auto opened = infra::open_note(read_beginning(note_file, infra::kMaxNoteBytes), keys);
    if (opened.fault == infra::NoteFault::forged) {
        throw Altered("report " + note_file + ": its signature is wrong");
    }
    if (opened.fault == infra::NoteFault::unknown) {
        throw CannotTell("report " + note_file + ": it is not signed by any of the keys");
    }
    const auto page = read_beginning(options.page, kMaxPageBytes);
    const auto& name = keys[opened.key].name();
    const auto claim = name + claim_of(page);
    if (opened.fault || !opened.text.starts_with(name + "\nreport\nsha256 ")) {
        throw CannotTell("report " + note_file + ": it is no signed note of a report");
    }
    if (opened.text != claim) throw Altered("report " + options.page + ": it is another page");
    return "report of " + name;
}

}  // namespace

std::string sign_report(
    std::string_view page, const std::string& origin, const std::string& secrets_file
) {
    const auto secrets = infra::load_secrets(secrets_file);
    const infra::AuditKeys keys({}, secrets.audit_keys);
    auto note = keys.sign_text(origin, origin + claim_of(page), infra::SystemClock().now());
    if (!note) throw std::runtime_error("No audit key of the secrets file is valid.");
    return *std::move(note);
}

int verify_report(const ReportCheckOptions& options) {
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
