#include "cli/audit_heads.hpp"

#include "cli/exported_record.hpp"

#include <fstream>
#include <optional>
#include <utility>

namespace consularia::cli {

namespace {

/// Why the head is of no use.
CannotTell useless(const std::string& label, const char* why) {
    return CannotTell("head " + label + ": " + why);
}

}  // namespace

std::string read_beginning(const std::string& file, std::size_t bytes) {
    std::ifstream in(file, std::ios::binary);
    std::string content(bytes, '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (in.bad() || !in.is_open() || (in.gcount() == 0 && !in.eof())) {
        throw CannotTell(file + " cannot be read");
    }
    content.resize(static_cast<std::size_t>(in.gcount()));
    return content;
}

AuditKeys read_audit_keys(std::span<const std::string> texts) {
    AuditKeys keys;
    for (const auto& text : texts) {
        auto key = infra::NoteVerifier::parse(text);
        if (!key) throw CannotTell(text + " is no verifier key");
        keys.push_back(*std::move(key));
    }
    return keys;
}

AuditHead open_head(std::string_view note, const AuditKeys& keys, const std::string& label) {
    // What is no head is no signed note of one, whoever signed it.
    const auto text = note.substr(0, note.rfind("\n\n") + 1);
    auto head = infra::parse_head(text);
    const auto opened = infra::open_note(note, keys);
    if (!head || head->size >= kSequencesEnd || opened.fault == infra::NoteFault::malformed) {
        throw useless(label, "it is no signed note of a head");
    }
    if (opened.fault == infra::NoteFault::forged) {
        throw Altered("head " + label + ": its signature is wrong");
    }
    if (opened.fault) throw useless(label, "it is not signed by any of the keys");
    return {label, *std::move(head), ledger::sha256(note), opened.key};
}

AuditHead read_head(const std::string& file, const AuditKeys& keys) {
    return open_head(read_beginning(file, infra::kMaxNoteBytes), keys, file);
}

}  // namespace consularia::cli
