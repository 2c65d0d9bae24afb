#include "infra/crypto/notes.hpp"

#include "ledger/record/merkle.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace consularia::infra {
namespace {

const std::string kName = "example.com/organizations/x";
const std::string kSeed(NoteKey::kSeedBytes, '\x07');

/// What golang.org/x/mod/sumdb/note makes of the same seed, name and text.
const std::string kVerifierKey =
    "example.com/organizations/x+cf75ee7b+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
const std::string kText =
    "example.com/organizations/x\n"
    "0\n"
    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    "chain 0000000000000000000000000000000000000000000000000000000000000000\n";
const std::string kSignature =
    "\u2014 example.com/organizations/x "
    "z3Xue4cNDp95EPHUYQr8oLa3Uo1jUr2z8ZNyI17vw86JLQwMnOzwDU78r2ygqzBgAHnf8scvJ2S/"
    "g/tlr1XsUBteCg8=\n";
const std::string kNote = kText + "\n" + kSignature;

std::vector<NoteVerifier> keys() {
    return {NoteVerifier::parse(kVerifierKey).value()};
}

std::optional<NoteFault> fault_of(const std::string& note) {
    return open_note(note, keys()).fault;
}

std::string changed(std::string text, std::size_t at) {
    text[at] = text[at] == 'A' ? 'B' : 'A';
    return text;
}

TEST(Notes, AreThoseOfTheGoImplementation) {
    const NoteKey key(kSeed);
    EXPECT_EQ(key.verifier_key(kName), kVerifierKey);
    EXPECT_EQ(key.sign(kName, kText), kNote);
}

TEST(Notes, OpenWithTheirKey) {
    const auto opened = open_note(kNote, keys());
    EXPECT_EQ(opened.fault, std::nullopt);
    EXPECT_EQ(opened.text, kText);
    EXPECT_EQ(opened.key, 0U);
}

TEST(Notes, DoNotOpenWhenAnyByteOfTheTextIsChanged) {
    for (std::size_t at = 0; at < kText.size(); ++at) {
        if (kText[at] == '\n') continue;
        EXPECT_EQ(fault_of(changed(kNote, at)), NoteFault::forged) << at;
    }
}

TEST(Notes, OfAnotherKeyOrNameAreUnknown) {
    EXPECT_EQ(open_note(kNote, {}).fault, NoteFault::unknown);
    const NoteKey other(std::string(NoteKey::kSeedBytes, 'x'));
    EXPECT_EQ(fault_of(other.sign(kName, kText)), NoteFault::unknown);
    EXPECT_EQ(fault_of(NoteKey(kSeed).sign("example.com/other", kText)), NoteFault::unknown);
}

TEST(Notes, MayHaveSignaturesOfOthersBesideOurs) {
    const NoteKey other(std::string(NoteKey::kSeedBytes, 'x'));
    const auto theirs = other.sign("witness.example", kText).substr(kText.size() + 1);
    EXPECT_EQ(fault_of(kText + "\n" + theirs + kSignature), std::nullopt);
    EXPECT_EQ(fault_of(kNote + theirs), std::nullopt);
    // A forged signature of a known key spoils the note even beside a right one.
    const auto forged = NoteKey(kSeed).sign(kName, "other\n").substr(7);
    EXPECT_EQ(fault_of(kNote + forged), NoteFault::forged);
}

TEST(Notes, OfAnotherFormAreRefused) {
    EXPECT_EQ(fault_of(""), NoteFault::malformed);
    EXPECT_EQ(fault_of(kText), NoteFault::malformed);
    EXPECT_EQ(fault_of(kText + "\n"), NoteFault::malformed);
    EXPECT_EQ(fault_of(kText + kSignature), NoteFault::malformed);
    EXPECT_EQ(fault_of(kNote + "\n"), NoteFault::malformed);
    EXPECT_EQ(fault_of(kNote + "more\n"), NoteFault::malformed);
    EXPECT_EQ(fault_of(kNote.substr(0, kNote.size() - 1)), NoteFault::malformed);
    EXPECT_EQ(fault_of("tab\there" + kNote), NoteFault::malformed);
    EXPECT_EQ(fault_of("\xff" + kNote), NoteFault::malformed);
    auto blank = kNote;
    EXPECT_EQ(fault_of(blank.replace(kNote.size() - 2, 1, " ")), NoteFault::malformed);
}

TEST(Notes, AreBoundedInSize) {
    auto note = kNote;
    for (std::size_t i = 1; i < kMaxSignatures; ++i) note += kSignature;
    EXPECT_EQ(fault_of(note), std::nullopt);
    EXPECT_EQ(fault_of(note + kSignature), NoteFault::malformed);
    const std::string long_text(kMaxNoteBytes - (kNote.size() - kText.size()) - 1, 'x');
    const NoteKey key(kSeed);
    EXPECT_EQ(fault_of(key.sign(kName, long_text + "\n")), std::nullopt);
    EXPECT_EQ(fault_of(key.sign(kName, long_text + "x\n")), NoteFault::malformed);
}

TEST(VerifierKeys, AreRefusedUnlessTheyAreWhole) {
    EXPECT_TRUE(NoteVerifier::parse(kVerifierKey));
    for (std::size_t at = 0; at < kVerifierKey.size(); ++at) {
        EXPECT_FALSE(NoteVerifier::parse(changed(kVerifierKey, at))) << at;
        EXPECT_FALSE(NoteVerifier::parse(kVerifierKey.substr(0, at))) << at;
    }
    EXPECT_FALSE(NoteVerifier::parse(kVerifierKey + "A"));
    EXPECT_FALSE(NoteVerifier::parse(" " + kVerifierKey));
}

TEST(SignedHeads, ReadWhatTheyPrint) {
    const SignedHead empty{kName, 0, ledger::empty_root(), {}};
    EXPECT_EQ(to_text(empty), kText);
    EXPECT_EQ(parse_head(kText), empty);
    const SignedHead head{kName, ~std::uint64_t{0}, ledger::sha256("a"), ledger::sha256("b")};
    EXPECT_EQ(parse_head(to_text(head)), head);
    EXPECT_EQ(parse_head(to_text(head) + "another extension\n"), head);
    auto with_histories = head;
    with_histories.histories = ledger::Hash{7};
    const auto text = to_text(with_histories);
    EXPECT_EQ(parse_head(text), with_histories);
    EXPECT_EQ(parse_head(text + "another extension\n"), with_histories);
    EXPECT_EQ(parse_head(to_text(head) + "x\n" + text.substr(to_text(head).size())), head);
    EXPECT_EQ(parse_head(to_text(head) + "histories 07\n"), head);
}

TEST(SignedHeads, OfAnotherFormAreRefused) {
    for (const auto& [part, other] : std::vector<std::pair<std::string, std::string>>{
             {"\n0\n", "\n00\n"},
             {"\n0\n", "\n-1\n"},
             {"\n0\n", "\n18446744073709551616\n"},
             {"\n0\n", "\n\n"},
             {"\n0\n", "\n 0\n"},
             {"FU=\n", "FU\n"},
             {"47DE", "47D"},
             {"chain ", "head "},
             {"chain 0", "chain A"},
             {"chain 0", "chain "},
             {kName, ""}}) {
        auto text = kText;
        EXPECT_EQ(parse_head(text.replace(text.find(part), part.size(), other)), std::nullopt)
            << part << " -> " << other;
    }
    EXPECT_EQ(parse_head(""), std::nullopt);
    EXPECT_EQ(parse_head(kText.substr(0, kText.size() - 1)), std::nullopt);
    EXPECT_EQ(parse_head(kText + "\n"), std::nullopt);
    EXPECT_EQ(parse_head(kText + "no line feed"), std::nullopt);
}

}  // namespace
}  // namespace consularia::infra
