#include "cli/exported_record.hpp"

#include "infra/crypto/crypto.hpp"
#include "ledger/record/hash_batch.hpp"
#include "ledger/record/subject.hpp"

#include <algorithm>
#include <utility>

namespace consularia::cli {

namespace {

constexpr std::string_view kEncoded = R"({"record_base64url":)";

/// Empty if the line is none that an export has.
std::optional<std::string> decode_line(std::string_view line) {
    line.remove_prefix(kEncoded.size());
    if (line.size() < 3 || !line.starts_with('"') || !line.ends_with("\"}")) return std::nullopt;
    return infra::parse_base64url(line.substr(1, line.size() - 3));
}

/// Without its hashes.
ExportedRecord read(std::string_view record) {
    const auto [link, subject] = ledger::read_link_and_subject(record);
    if (!link || link->sequence >= kSequencesEnd) return {};
    return {link, {}, {}, subject};
}

ExportedRecord digest_record(std::string_view record) {
    auto digested = read(record);
    if (!digested.link) return {};
    digested.hash = ledger::sha256(record);
    digested.leaf = ledger::leaf_hash(record);
    return digested;
}

}  // namespace

std::optional<std::string> record_in_line(std::string_view line) {
    if (line.size() > kMaxExportLine) return std::nullopt;
    return line.starts_with(kEncoded) ? decode_line(line) : std::string(line);
}

ExportedRecord digest_line(std::string_view line) {
    if (line.size() > kMaxExportLine) return {};
    if (!line.starts_with(kEncoded)) return digest_record(line);
    const auto record = decode_line(line);
    return record ? digest_record(*record) : ExportedRecord{};
}

void ExportedPiece::digest(std::span<char> text) {
    records.clear();
    std::vector<std::string_view> leaves;  // of records to hash
    const std::string_view all(text.data(), text.size());
    for (std::size_t before = 0; before + 1 < all.size();) {
        const auto end = std::min(all.find('\n', before + 1), all.size());
        const auto line = all.substr(before + 1, end - before - 1);
        const bool is_plain = line.size() <= kMaxExportLine && !line.starts_with(kEncoded);
        records.push_back(is_plain ? read(line) : digest_line(line));
        const bool to_hash = is_plain && records.back().link;
        leaves.push_back(to_hash ? all.substr(before, end - before) : std::string_view());
        text[before] = ledger::kLeafMark;
        before = end;
    }
    ledger::HashBatch batch;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (leaves[i].empty()) continue;
        batch.add(leaves[i].substr(1), records[i].hash);
        batch.add(leaves[i], records[i].leaf);
    }
    batch.finish();
    subtrees.clear();
    if (records.empty() || !records.front().link) return;
    std::vector<ledger::Hash> hashes;
    hashes.reserve(records.size());
    for (const auto& record : records) hashes.push_back(record.leaf);
    subtrees = ledger::subtrees_over(records.front().link->sequence - 1, std::move(hashes));
}

}  // namespace consularia::cli
