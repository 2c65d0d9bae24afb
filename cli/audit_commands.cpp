#include "cli/audit_commands.hpp"

#include "cli/appointment_proof.hpp"
#include "cli/audit_proof.hpp"
#include "cli/export_reader.hpp"
#include "cli/export_verifier.hpp"
#include "cli/output.hpp"
#include "node/usage_error.hpp"

#include <iostream>
#include <utility>

namespace consularia::cli {

namespace {

void read_stamps(const VerifyOptions& options, Evidence& evidence) {
    if (options.stamps.empty()) return;
    if (options.tsa_ca.empty()) throw node::UsageError("--stamp needs --tsa-ca.");
    const auto trust = read_trust(options.tsa_ca);
    for (const auto& file : options.stamps) evidence.stamps.push_back(read_stamp(file, trust));
}

std::vector<std::string> proven_by(const Evidence& evidence) {
    std::vector<std::string> lines;
    for (const auto& stamp : evidence.stamps) {
        const auto* const stamped = find_stamped(stamp, evidence.heads);
        if (stamped == nullptr) {
            throw CannotTell("stamp " + stamp.label + ": it is of none of the heads");
        }
        lines.push_back(
            "stamp " + stamp.label + ": records 1 to " + std::to_string(stamped->head.size) +
            " existed on " + domain::format(stamp.time)
        );
    }
    return lines;
}

Verdict find_intact(const VerifyOptions& options, Evidence& evidence) {
    const auto keys = read_audit_keys(options.keys);
    for (const auto& file : options.heads) evidence.heads.push_back(read_head(file, keys));
    read_stamps(options, evidence);
    const auto& heads = evidence.heads;
    if (!options.appointment.empty()) {
        auto text = read_appointment_proof(options.file, options.appointment, keys, heads);
        return {kIntact, "intact: " + std::move(text), proven_by(evidence)};
    }
    ExportVerifier verifier(keys, {heads.begin(), heads.end()}, options.after);
    if (!options.proof.empty()) {
        if (options.after == 0) throw node::UsageError("--proof is for an export with --after.");
        verifier.go_on_from(read_proof(options.proof, verifier.beginning()));
    }
    auto text = "intact: " + read_export(options.file, verifier);
    evidence.heads.push_back(verifier.end());
    return {kIntact, std::move(text), proven_by(evidence)};
}

}  // namespace

Verdict verify(const VerifyOptions& options, Evidence& evidence) {
    try {
        return find_intact(options, evidence);
    } catch (const Altered& found) {
        return {kAltered, std::string("altered: ") + found.what(), {}};
    } catch (const CannotTell& reason) {
        return {kCannotTell, std::string("cannot tell: ") + reason.what(), {}};
    }
}

int verify_export(const VerifyOptions& options) {
    Evidence evidence;
    const auto verdict = verify(options, evidence);
    std::cout << verdict.text << "\n";
    for (const auto& line : verdict.proven) std::cout << line << "\n";
    finish_output();
    return verdict.code;
}

}  // namespace consularia::cli
