// audit_cases: verifies many variants of one export, as tests/clients/test_audit.py gives them on
// standard input, and prints the verdict on each.

#include "cli/export_verifier.hpp"
#include "infra/crypto/crypto.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <deque>
#include <fstream>
#include <iostream>
#include <optional>
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

    std::string judge(const Json& given) {
        try {
            return "intact: " + verify(given);
        } catch (const Altered& found) {
            return std::string("altered: ") + found.what();
        } catch (const CannotTell& reason) {
            return std::string("cannot tell: ") + reason.what();
        }
    }

  private:
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

    std::string verify(const Json& given) {
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
        for (std::size_t i = 0; i + 1 < lines.size(); ++i) verifier.take(digest_line(lines[i]));
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
