#include "ledger/record/export_line.hpp"

#include "base/base64.hpp"
#include "base/json_writer.hpp"

#include <string_view>

namespace consularia::ledger {

namespace {

constexpr std::string_view kMember = "record_base64url";

std::string encode(const std::string& record) {
    JsonWriter json;
    json.begin_object();
    json.text(kMember, to_base64url(record));
    json.end_object();
    return json.take();
}

bool looks_encoded(std::string_view record) {
    JsonWriter json;
    json.begin_object();
    json.name(kMember);
    return record.starts_with(json.take());
}

}  // namespace

std::string export_line(const std::string& record) {
    const bool is_a_line = !record.empty() && record.find_first_of("\r\n") == std::string::npos;
    if (is_a_line && !looks_encoded(record)) return record;
    return encode(record);
}

std::string head_line(const std::string& note) {
    JsonWriter json;
    json.begin_object();
    json.text("head", note);
    json.end_object();
    return json.take();
}

}  // namespace consularia::ledger
