// The acceptance rule's reader over any bytes: it agrees with the record codec.

#include "ledger/record/parsed_value.hpp"
#include "tests/fuzz/expect.hpp"
#include "tests/support/record_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace consularia;
    const std::string_view value(reinterpret_cast<const char*>(data), size);
    const auto link = ledger::read_chain_link(value);
    fuzz::expect(ledger::parse_value(value).link == link, "there is one link in a value");
    if (!link) return 0;
    fuzz::expect(link->sequence > 0, "sequences count from 1");
    const ledger::Head before{link->sequence - 1, link->prevhash, {}};
    fuzz::expect(ledger::may_become_fact(*link, before), "the next record may become a fact");
    const auto partition = ledger::partition_of(link->organization, 12);
    fuzz::expect(ledger::is_fact(*link, before, partition, 12), "the next record is a fact");
    if (const auto record = ledger::decode(value)) {
        const ledger::ChainLink same{record->organization, record->sequence, record->prevhash};
        fuzz::expect(*link == same, "rule and codec read the same");
    }
    return 0;
}
