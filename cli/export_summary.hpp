#pragma once
// What an export says happened in a period: counts, changes of tokens, and when its heads were
// reached. Says nothing about whether it is true: cli/export_verifier.hpp.

#include "domain/time.hpp"
#include "ledger/record/json.hpp"
#include "ledger/record/record_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::cli {

struct Period {
    domain::Timestamp from = domain::kEarliest;
    domain::Timestamp to = domain::kLatest;  ///< Not in it.

    [[nodiscard]] bool contains(domain::Timestamp moment) const {
        return from <= moment && moment < to;
    }
};

/// A token that was issued or revoked, or the creation of the organization with its first one.
struct TokenChange {
    std::uint64_t sequence = 0;
    std::string time;
    std::string type;
    std::string token;  ///< Id, and the name if it was issued.
    std::string actor;
};

class ExportSummary {
  public:
    /// Changes of tokens beyond that are only counted.
    static constexpr std::size_t kMaxChanges = 1000;

    explicit ExportSummary(Period period) : period_(period) {}

    /// Takes a line of an export. Those that cannot be read are counted as such.
    void take(std::string_view line);

    [[nodiscard]] std::uint64_t records() const { return records_; }

    [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }

    /// Facts whose event this version does not know: at the first of them it would freeze the
    /// organization.
    struct Unknown {
        std::uint64_t count = 0;
        std::uint64_t skippable = 0;  ///< Further ones, which change no state and are skipped.
        std::uint64_t first = 0;      ///< The sequence; 0 without any.
        std::string why;
    };

    [[nodiscard]] const Unknown& unknown() const { return unknown_; }

    /// The organization of the records; empty without a readable one.
    [[nodiscard]] const std::string& source() const { return source_; }

    [[nodiscard]] std::uint64_t last() const { return last_; }

    [[nodiscard]] const std::string& last_time() const { return last_time_; }

    [[nodiscard]] std::uint64_t in_period() const { return in_period_; }

    /// The counts of the period. Participants count as one actor: there may be any number of them.
    [[nodiscard]] const std::map<std::string, std::uint64_t>& types() const { return types_; }

    [[nodiscard]] const std::map<std::string, std::uint64_t>& actors() const { return actors_; }

    [[nodiscard]] const std::vector<TokenChange>& token_changes() const { return changes_; }

    /// The name of a token, by `tokens/<id>`; empty if it was not issued in this export.
    [[nodiscard]] std::string name_of(const std::string& actor) const;

    /// The times of some records: asked for before the lines are taken.
    void remember_time_of(std::uint64_t sequence) { times_.try_emplace(sequence); }

    /// Known for those that were asked for and the last record; empty for others.
    [[nodiscard]] std::string time_of(std::uint64_t sequence) const;

  private:
    void take_record(std::string_view bytes, const ledger::Json& record);
    void note_unknown(std::string_view record, std::uint64_t sequence);
    void note_token(const ledger::Json& record, std::uint64_t sequence, bool in_period);

    Period period_;
    std::uint64_t records_ = 0;
    std::uint64_t unreadable_ = 0;
    std::uint64_t in_period_ = 0;
    std::map<std::string, std::uint64_t> types_;
    std::map<std::string, std::uint64_t> actors_;
    std::map<std::string, std::string> token_names_;
    std::map<std::uint64_t, std::string> times_;
    std::uint64_t last_ = 0;
    std::string last_time_;
    std::vector<TokenChange> changes_;
    Unknown unknown_;
    std::string source_;
    ledger::RecordCodec codec_ = ledger::RecordCodec::without_keys();
};

}  // namespace consularia::cli
