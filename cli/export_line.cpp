#include "cli/export_line.hpp"

#include "infra/crypto/crypto.hpp"

#include <string_view>

namespace consularia::cli {

namespace {

constexpr std::string_view kEncoded = "{\"record_base64url\":";

}  // namespace

std::string export_line(const std::string& record) {
    const bool is_a_line = !record.empty() && record.find_first_of("\r\n") == std::string::npos;
    if (is_a_line && !record.starts_with(kEncoded)) return record;
    return std::string(kEncoded) + '"' + infra::to_base64url(record) + "\"}";
}

}  // namespace consularia::cli
