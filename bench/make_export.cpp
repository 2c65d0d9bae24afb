// make_export LEDGER FILE: writes the export of a ledger that holds one organization, with a signed
// head at its end as servers sign it, and prints the verifier key.

#include "cli/export_histories.hpp"
#include "infra/crypto/notes.hpp"
#include "infra/rocks/ledger.hpp"
#include "ledger/record/export_line.hpp"
#include "ledger/record/merkle.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
    using namespace consularia;
    if (argc != 3) {
        std::cerr << "make_export LEDGER FILE\n";
        return 2;
    }
    std::ofstream file(argv[2], std::ios::binary);
    ledger::Frontier tree;
    cli::ExportHistories histories;
    infra::SignedHead head;
    infra::rocks::for_each_record(argv[1], [&](const auto& entry) {
        const auto record = cli::digest_line(entry.value);
        if (!record.link || record.link->sequence != tree.size() + 1) std::exit(1);
        file << entry.value << '\n';
        tree.append(record.leaf);
        histories.take({&record, 1});
        head.origin = "bench.example/organizations/" + record.link->organization.to_string();
        head.chain = record.hash;
    });
    head.size = tree.size();
    head.root = tree.root();
    head.histories = histories.root();
    const infra::NoteKey key(std::string(infra::NoteKey::kSeedBytes, 'b'));
    file << ledger::head_line(key.sign(head.origin, to_text(head))) << '\n';
    std::cout << key.verifier_key(head.origin) << "\n";
    return file.flush() ? 0 : 1;
}
