#pragma once
// The bytes of the console's files, one function each; CMakeLists.txt says which file is which.

#include <string_view>

namespace consularia::api {

[[nodiscard]] std::string_view console_page_css();
[[nodiscard]] std::string_view console_appointment_js();
[[nodiscard]] std::string_view console_audit_full_js();
[[nodiscard]] std::string_view console_audit_histories_js();
[[nodiscard]] std::string_view console_audit_js();
[[nodiscard]] std::string_view console_audit_proofs_js();
[[nodiscard]] std::string_view console_bytes_js();
[[nodiscard]] std::string_view console_csv_js();
[[nodiscard]] std::string_view console_elements_js();
[[nodiscard]] std::string_view console_find_js();
[[nodiscard]] std::string_view console_live_js();
[[nodiscard]] std::string_view console_page_js();
[[nodiscard]] std::string_view console_refusals_js();
[[nodiscard]] std::string_view console_requests_js();
[[nodiscard]] std::string_view console_timeline_js();
[[nodiscard]] std::string_view console_values_js();
[[nodiscard]] std::string_view console_verify_js();
[[nodiscard]] std::string_view console_verify_worker_js();

}  // namespace consularia::api
