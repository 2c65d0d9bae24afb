#include "cli/audit_stamps.hpp"

#include "base/enum_names.hpp"

#include <algorithm>

namespace consularia::cli {

infra::StampTrust read_trust(const std::string& file) {
    auto trust = infra::StampTrust::read(file);
    if (!trust) throw CannotTell("there is no certificate in " + file);
    return *std::move(trust);
}

AuditStamp read_stamp(const std::string& file, const infra::StampTrust& trust) {
    // One byte more than a stamp may have shows that a file is too long for one.
    const auto stamp = infra::open_stamp(read_beginning(file, infra::kMaxStampBytes + 1), trust);
    if (!stamp.fault) return {file, stamp.digest, stamp.time};
    switch (*stamp.fault) {
        case infra::StampFault::malformed:
            throw CannotTell("stamp " + file + ": it is no time stamp of a SHA-256");
        case infra::StampFault::forged:
            throw Altered("stamp " + file + ": its signature is wrong");
        case infra::StampFault::untrusted:
            throw CannotTell("stamp " + file + ": none of the certificates vouches for its TSA");
    }
    unknown_enumerator();
}

const AuditHead* find_stamped(const AuditStamp& stamp, std::span<const AuditHead> heads) {
    const auto found = std::ranges::find(heads, stamp.digest, &AuditHead::note);
    return found == heads.end() ? nullptr : &*found;
}

}  // namespace consularia::cli
