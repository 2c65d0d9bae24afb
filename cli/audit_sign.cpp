#include "cli/audit_sign.hpp"

#include "cli/output.hpp"
#include "infra/crypto/audit_keys.hpp"
#include "infra/crypto/secrets_file.hpp"
#include "infra/files.hpp"
#include "infra/private_files.hpp"
#include "infra/rocks/store.hpp"
#include "infra/system_clock.hpp"
#include "journal/contents.hpp"
#include "journal/journal.hpp"
#include "journal/tree_rows.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/backup.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".note";
/// Names are in the order of the sequences.
constexpr std::size_t kDigits = 20;

std::string file_name(ledger::Sequence sequence) {
    auto digits = std::to_string(sequence);
    digits.insert(0, kDigits - digits.size(), '0');
    return digits.append(kSuffix);
}

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The greatest name there is; empty without one.
std::string newest_in(const fs::path& directory) {
    std::string newest;
    for (const auto& entry : fs::directory_iterator(directory)) {
        const auto name = entry.path().filename().string();
        const bool head = name.size() == kDigits + kSuffix.size() && name.ends_with(kSuffix);
        if (head) newest = std::max(newest, name);
    }
    return newest;
}

[[noreturn]] void contradicts(const fs::path& file) {
    throw std::runtime_error(
        "The head in " + file.string() +
        " was signed before, and the data directory does not continue it: another ledger was put "
        "in its place, or it was changed. Nothing was replaced."
    );
}

/// Signs what is there at the moment.
class HeadSigner {
  public:
    HeadSigner(const SignOptions& options, infra::AuditKeys keys)
        : dir_(options.data_dir),
          to_(options.directory),
          keys_(std::move(keys)),
          stamper_(options.stamps) {}

    /// Returns how many heads should have a stamp and have none.
    std::size_t sign_all() {
        const auto journal = infra::rocks::peek_store(dir_.journal(), journal::schema());
        if (!journal) {
            throw node::UsageError("There is no journal in " + dir_.root().string() + ".");
        }
        std::size_t count = 0;
        std::size_t added = 0;
        std::vector<fs::path> kept;
        journal::for_each_head(
            *journal,
            [&](domain::OrganizationId organization, const ledger::Head& head) {
                const auto tree = journal::find_tree(*journal, organization);
                if (tree.size() != head.sequence) {
                    std::cerr << "consularia: the tree of organization " << organization.to_string()
                              << " is behind: start this version's server\n";
                    return;
                }
                ++count;
                const auto [file, is_new] =
                    keep(organization, {{}, head.sequence, tree.root(), head.hash});
                kept.push_back(file);
                if (is_new) ++added;
            }
        );
        std::cout << count << " heads are kept in " << to_.string() << ", " << added
                  << " of them new" << std::endl;
        finish_output();
        return stamper_.stamp(kept);
    }

  private:
    struct Kept {
        fs::path file;
        bool is_new = false;
    };

    Kept keep(domain::OrganizationId organization, const infra::SignedHead& head) {
        const auto note = keys_.sign(organization, head, clock_.now());
        if (!note) throw std::runtime_error("No audit key of the secrets file is valid.");
        const auto directory = to_ / organization.to_string();
        infra::make_private_directory(directory);
        const auto file = directory / file_name(head.size);
        const auto newest = newest_in(directory);
        if (newest > file.filename().string()) contradicts(directory / newest);
        if (fs::exists(file)) {
            // The key may be another one, the text may not.
            const auto text = note->substr(0, note->rfind("\n\n") + 1);
            if (!content_of(file).starts_with(text + "\n")) contradicts(file);
            return {file, false};
        }
        infra::replace_private_file(file, *note);
        return {file, true};
    }

    const node::DataDir dir_;
    const fs::path to_;
    const infra::AuditKeys keys_;
    const infra::SystemClock clock_;
    HeadStamper stamper_;
};

}  // namespace

void sign_heads(const SignOptions& options) {
    if (options.directory.empty()) throw node::UsageError("--directory must name where heads go.");
    if (infra::host_of(options.public_url).empty()) {
        throw node::UsageError("--public-url must be the server's: its host is in every head.");
    }
    const node::DataDir dir(options.data_dir);
    const auto secrets = infra::load_secrets(node::secrets_file_of(dir, options.secrets_file));
    HeadSigner signer(options, {infra::host_of(options.public_url), secrets.audit_keys});
    const auto missing = signer.sign_all();
    if (missing > 0 && options.interval.count() == 0) {
        throw std::runtime_error(std::to_string(missing) + " heads have no stamp.");
    }
    while (options.interval.count() > 0) {
        std::this_thread::sleep_for(options.interval);
        try {
            (void)signer.sign_all();
        } catch (const ledger::StorageError& error) {
            std::cerr << "consularia: " << error.what() << "\n";  // the next time may succeed
        }
    }
}

}  // namespace consularia::cli
