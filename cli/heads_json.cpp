#include "cli/heads_json.hpp"

#include "ledger/record/canonical.hpp"
#include "ledger/record/json_text.hpp"
#include "node/usage_error.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace consularia::cli {
namespace {

std::optional<HeadLine> parse_line(const std::string& line) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    const auto text = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_string() ? found->get<std::string>() : "";
    };
    const auto organization = ledger::parse_id<domain::OrganizationId>(text("organization"));
    const auto hash = ledger::parse_hash(text("hash"));
    const auto sequence = json.find("sequence");
    if (!organization || !hash || sequence == json.end() || !sequence->is_number_unsigned() ||
        *sequence == 0) {
        return std::nullopt;
    }
    return HeadLine{*organization, sequence->get<ledger::Sequence>(), *hash, text("time")};
}

std::string begin_sentence(domain::OrganizationId organization, ledger::Sequence sequence) {
    return "The head of organization " + organization.to_string() + " at sequence " +
           std::to_string(sequence);
}

}  // namespace

std::string to_line(const HeadLine& head) {
    return nlohmann::ordered_json{
        {"organization", head.organization.to_string()},
        {"sequence", head.sequence},
        {"hash", ledger::to_hex(head.hash)},
        {"time", head.time}}
        .dump();
}

std::string time_in(std::string_view record) {
    const auto text = ledger::JsonText::parse(record);
    if (!text || !text->root().is_object()) return "";
    return std::string(text->root().find_text("time"));
}

KeptHeads::KeptHeads(std::istream& lines, const std::string& name) {
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        const auto head = parse_line(line);
        if (!head) {
            throw node::UsageError(
                "Line " + std::to_string(number) + " of " + name +
                " is not a head as `consularia ledger head` prints it."
            );
        }
        waiting_.emplace(Place{head->organization, head->sequence}, head->hash);
        ++count_;
    }
    if (count_ == 0) throw node::UsageError(name + " contains no head.");
}

std::optional<std::string> KeptHeads::take(
    domain::OrganizationId organization, ledger::Sequence sequence, const ledger::Hash& hash
) {
    std::optional<std::string> wrong;
    const auto [begin, end] = waiting_.equal_range(Place{organization, sequence});
    for (auto head = begin; head != end; ++head) {
        if (head->second == hash) continue;
        wrong = begin_sentence(organization, sequence) + " is not part of the chain: it was " +
                ledger::to_hex(head->second) + ", the record there now is " + ledger::to_hex(hash) +
                ".";
    }
    waiting_.erase(begin, end);
    return wrong;
}

std::vector<std::string> KeptHeads::missing() const {
    std::vector<std::string> sentences;
    for (const auto& [place, hash] : waiting_) {
        sentences.push_back(
            begin_sentence(place.first, place.second) +
            " is not part of the chain: the ledger has no such record."
        );
    }
    return sentences;
}

}  // namespace consularia::cli
