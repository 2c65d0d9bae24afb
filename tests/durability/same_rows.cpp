// same_rows DIR DIR: compares the rows of two read stores byte for byte and prints how many each
// table has. Exit code 1 if they differ: then with the table and the key of the first difference.

#include "base/hex.hpp"
#include "infra/rocks/store.hpp"
#include "projections/table.hpp"
#include "tables/store.hpp"

#include <cstdint>
#include <iostream>

namespace {

using consularia::projections::Table;
using consularia::tables::Reader;

bool are_same(const Reader& one, const Reader& other, Table table) {
    std::uint64_t rows = 0;
    const auto a = one.scan(table, "", "");
    const auto b = other.scan(table, "", "");
    const auto row_is_same = [&] { return a->key() == b->key() && a->value() == b->value(); };
    for (; a->valid() && b->valid() && row_is_same(); a->next(), b->next()) ++rows;
    std::cout << to_string(table) << ": " << rows;
    const bool same = !a->valid() && !b->valid();
    if (!same) {
        std::cout << " rows are the same, then "
                  << (a->valid() ? consularia::to_hex(a->key()) : "none") << " and "
                  << (b->valid() ? consularia::to_hex(b->key()) : "none");
    }
    std::cout << "\n";
    return same;
}

}  // namespace

int main(int argc, char** argv) {
    namespace rocks = consularia::infra::rocks;
    if (argc != 3) {
        std::cerr << "same_rows DIR DIR\n";
        return 2;
    }
    const auto schema = consularia::tables::schema_of<Table>("the read store");
    const auto one = rocks::peek_store(argv[1], schema);
    const auto other = rocks::peek_store(argv[2], schema);
    if (!one || !other) {
        std::cerr << "there is no read store in " << argv[one ? 2 : 1] << "\n";
        return 2;
    }
    bool same = true;
    for (const auto table : consularia::kAllOf<Table>) same = are_same(*one, *other, table) && same;
    return same ? 0 : 1;
}
