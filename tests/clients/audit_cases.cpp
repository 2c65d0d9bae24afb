// audit_cases: verifies many variants of one export, as tests/clients/test_audit.py gives them on
// standard input, and prints the verdict on each.

#include "cli/export_verifier.hpp"
#include "infra/crypto/crypto.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <fstream>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace consularia::cli;
using Json = nlohmann::json;
using Lines = std::vector<std::string>;

Lines lines_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    Lines lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

class Cases {
  public:
    explicit Cases(const Json& given)
        : export_(lines_of(given.at("file"))), prefix_(keys_of(given), {}, 0) {}

    /// The verdict on the lines one by one, and on all together if that is another one.
    std::string judge(const Json& given) {
        const auto one_by_one = judge(given, &Cases::take_one_by_one);
        const auto together = judge(given, &Cases::take_together);
        return one_by_one == together ? together : one_by_one + "; together: " + together;
    }

  private:
    using Take = void (*)(ExportVerifier&, std::span<const std::string>);

    static void take_one_by_one(ExportVerifier& verifier, std::span<const std::string> lines) {
        for (const auto& line : lines) verifier.take(digest_line(line));
    }

    /// In pieces, as large exports are read. What comes behind a fault is not looked at.
    static void take_together(ExportVerifier& verifier, std::span<const std::string> lines) {
        constexpr std::size_t kLines = 37;
        for (; !lines.empty(); lines = lines.subspan(std::min(kLines, lines.size()))) {
            std::string text = "\n";
            for (const auto& line : lines.first(std::min(kLines, lines.size())))
                text += line + '\n';
            ExportedPiece piece;
            piece.digest(text);
            verifier.take(piece);
        }
    }

    std::string judge(const Json& given, Take take) {
        try {
            return "intact: " + verify(given, take);
        } catch (const Altered& found) {
            return std::string("altered: ") + found.what();
        } catch (const CannotTell& reason) {
            return std::string("cannot tell: ") + reason.what();
        }
    }

    static AuditKeys keys_of(const Json& given) {
        return read_audit_keys(given.at("keys").get<Lines>());
    }

    /// The lines of the variant behind its first ones, which are those of the export.
    [[nodiscard]] Lines lines_of_case(const Json& given) const {
        Lines lines;
        for (const auto& line : given.at("lines")) {
            lines.push_back(consularia::infra::parse_base64(line.get<std::string>()).value());
        }
        if (!given.at("rest").is_null()) {
            lines.insert(lines.end(), export_.begin() + given.at("rest"), export_.end());
        }
        if (lines.empty()) lines.emplace_back();
        return lines;
    }

    std::string verify(const Json& given, Take take) {
        while (prefix_.size() < given.at("at").get<std::size_t>()) {
            prefix_.take(digest_line(export_.at(prefix_.size())));
        }
        const auto keys = keys_of(given);
        std::deque<AuditHead> heads;
        for (const auto& note : given.at("heads")) {
            const auto label = "kept " + std::to_string(heads.size() + 1);
            heads.push_back(open_head(note.get<std::string>(), keys, label));
        }
        auto verifier = prefix_;
        if (given.at("at") == 0) verifier = ExportVerifier(keys, heads, given.at("after"));
        verifier.expect(keys, std::move(heads));
        const auto lines = lines_of_case(given);
        take(verifier, std::span(lines).first(lines.size() - 1));
        return verifier.finish(lines.back());
    }

    Lines export_;
    ExportVerifier prefix_;
};

}  // namespace

int main() {
    std::optional<Cases> cases;
    for (std::string line; std::getline(std::cin, line);) {
        const auto given = Json::parse(line);
        if (given.contains("file")) {
            cases.emplace(given);
        } else {
            std::cout << cases.value().judge(given) << "\n";
        }
    }
}
