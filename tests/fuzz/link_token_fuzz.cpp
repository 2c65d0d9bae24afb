// Tokens of access links: only a token of ours is accepted, and only in its exact form. An input is
// tried as a token, and as a change to one of ours.

#include "infra/crypto/signed_links.hpp"
#include "tests/fuzz/expect.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace consularia::infra {
namespace {

constexpr std::string_view kBase = "https://a.example/join/";

const SignedLinks& links() {
    static const SignedLinks made(
        "https://a.example", {{1, std::string(32, 'k')}, {7, std::string(32, 'l')}}
    );
    return made;
}

std::string ours() {
    const auto link = links().access_link(
        domain::OrganizationId{}, domain::AppointmentId{}, domain::ParticipantId{}
    );
    return link.substr(kBase.size());
}

void try_token(std::string_view token, bool is_ours) {
    const auto target = links().verify(token);
    if (target) fuzz::expect(is_ours, "a token that was never signed is accepted");
}

}  // namespace
}  // namespace consularia::infra

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace consularia::infra;
    static const std::string token = ours();
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    try_token(input, input == token);
    std::string changed = token;
    for (std::size_t i = 0; i < std::min(size, changed.size()); ++i) {
        changed[i] = static_cast<char>(changed[i] ^ input[i]);
    }
    try_token(changed, changed == token);
    return 0;
}
