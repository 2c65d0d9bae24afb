#include "ledger/record/export_line.hpp"

#include "base/base64.hpp"
#include "base/json_writer.hpp"
#include "ledger/record/proof_json.hpp"

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

std::string proof_line(const ProofLine& proof) {
    JsonWriter json;
    json.begin_object();
    json.text("head", proof.note);
    write_path(json, proof.path);
    if (proof.other) {
        json.begin_object("other");
        json.text("subject", base64_of(proof.other->key));
        json.text("history", base64_of(proof.other->value));
        json.end_object();
    } else {
        json.null("other");
    }
    if (proof.from > 0) {
        json.begin_object("consistency");
        json.number("from", static_cast<std::int64_t>(proof.from));
        write_path(json, proof.consistency);
        json.end_object();
    } else {
        json.null("consistency");
    }
    json.end_object();
    return json.take();
}

}  // namespace consularia::ledger
