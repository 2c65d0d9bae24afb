#include "api/console/files.hpp"

#include "api/console/embedded.hpp"

#include <algorithm>
#include <array>

namespace consularia::api {

namespace {

constexpr std::string_view kCss = "text/css; charset=utf-8";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";

constexpr std::array kFiles{
    ConsoleFile{"page.css", kCss, console_page_css},
    ConsoleFile{"appointment.js", kScript, console_appointment_js},
    ConsoleFile{"audit-full.js", kScript, console_audit_full_js},
    ConsoleFile{"audit-histories.js", kScript, console_audit_histories_js},
    ConsoleFile{"audit-proofs.js", kScript, console_audit_proofs_js},
    ConsoleFile{"audit.js", kScript, console_audit_js},
    ConsoleFile{"bytes.js", kScript, console_bytes_js},
    ConsoleFile{"csv.js", kScript, console_csv_js},
    ConsoleFile{"elements.js", kScript, console_elements_js},
    ConsoleFile{"find.js", kScript, console_find_js},
    ConsoleFile{"live.js", kScript, console_live_js},
    ConsoleFile{"page.js", kScript, console_page_js},
    ConsoleFile{"refusals.js", kScript, console_refusals_js},
    ConsoleFile{"requests.js", kScript, console_requests_js},
    ConsoleFile{"timeline.js", kScript, console_timeline_js},
    ConsoleFile{"values.js", kScript, console_values_js},
    ConsoleFile{"verify.js", kScript, console_verify_js},
    ConsoleFile{"verify_worker.js", kScript, console_verify_worker_js}};

}  // namespace

const ConsoleFile* find_console_file(std::string_view name) {
    const auto* const found = std::ranges::find(kFiles, name, &ConsoleFile::name);
    return found == kFiles.end() ? nullptr : found;
}

}  // namespace consularia::api
