#include "node/restore.hpp"

#include "base/enum_names.hpp"
#include "base/json_writer.hpp"
#include "base/utf8.hpp"
#include "domain/time.hpp"
#include "infra/data_dir_lock.hpp"
#include "infra/files.hpp"
#include "infra/ledger_mismatch.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/system_clock.hpp"
#include "node/backup.hpp"
#include "node/ledger_backend.hpp"
#include "node/stores.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <spdlog/spdlog.h>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::node {

namespace {

namespace fs = std::filesystem;

/// The complete copy of the backup, before it takes its place.
fs::path staged_in(const DataDir& dir) {
    return dir.root() / "restored";
}

/// What belongs to the ledger that is replaced.
std::vector<fs::path> parts_of(const DataDir& dir) {
    std::vector<fs::path> parts{dir.secrets(), dir.prepared().root()};
    for (const auto& database : dir.databases()) {
        parts.push_back(database);
        parts.push_back(checks_of({}, database).record);
    }
    return parts;
}

std::unique_ptr<LedgerBackend> ledger_of(const DataDir& backup) {
    if (!fs::exists(backup.ledger())) {
        throw UsageError(
            "There is no backup of an embedded ledger in " + backup.root().string() +
            ". One of a Kafka ledger is restored by `consularia ledger copy --from journal:DIR`."
        );
    }
    return choose_side("--from", "embedded:" + backup.root().string(), {});
}

/// As far as anything says how far the ledger in this directory reached.
std::optional<ledger::Position> end_of(const DataDir& dir) {
    std::optional<ledger::Position> end;
    if (const auto witness = find_witnesses(dir, 1).front()) end = witness->next;
    if (!fs::exists(dir.ledger())) return end;
    try {
        const auto ledger = infra::rocks::open_embedded_ledger_read_only(dir.ledger());
        return std::max(end.value_or(0), ledger->end(0));
    } catch (const ledger::StorageError&) {
        return end;  // It is damaged, which may be why it is replaced.
    }
}

bool has_data(const DataDir& dir) {
    return std::ranges::any_of(dir.databases(), [](const auto& path) { return fs::exists(path); });
}

void refuse_to_replace(const DataDir& dir) {
    const auto end = end_of(dir);
    throw UsageError(
        dir.root().string() + " already has a ledger" +
        (end ? ", which reaches to position " + std::to_string(*end) : std::string()) +
        ": with --force it is moved aside, and what the backup lacks is given up."
    );
}

/// "replaced-2026-11-29T161000Z".
fs::path aside_of(const DataDir& dir, domain::Timestamp now) {
    std::string name = "replaced-" + domain::format(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(name, [](char c) { return c == ':'; });
    fs::path aside = dir.root() / name;
    for (int count = 2; fs::exists(aside); ++count) {
        aside = dir.root() / (name + "-" + std::to_string(count));
    }
    return aside;
}

/// Whatever of the parts exists.
void move_parts(const DataDir& from, const DataDir& to) {
    const auto sources = parts_of(from);
    const auto targets = parts_of(to);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        if (fs::exists(sources[i])) infra::rename_durably(sources[i], targets[i]);
    }
    infra::sync_directory(from.root());
}

/// What is remembered of a restore besides its outcome.
struct About {
    fs::path backup;
    std::string reason;
    domain::Timestamp now;
};

std::string line_about(const Restored& restored, const About& about) {
    JsonWriter json;
    json.begin_object();
    json.text("time", domain::format(about.now));
    json.text("backup", fs::absolute(about.backup).string());
    json.number("end", static_cast<std::int64_t>(restored.end));
    if (restored.replaced_end) {
        json.number("replaced_end", static_cast<std::int64_t>(*restored.replaced_end));
    }
    if (!restored.aside.empty()) json.text("replaced", restored.aside.filename().string());
    if (!about.reason.empty()) json.text("reason", replace_invalid_utf8(about.reason));
    json.end_object();
    return json.take();
}

std::vector<std::string> lines_of(const fs::path& file) {
    std::vector<std::string> lines;
    if (!fs::exists(file)) return lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    if (in.eof()) return lines;
    throw ledger::StorageError("cannot read " + file.string());
}

void record(const DataDir& dir, const std::string& line) {
    std::string content;
    for (const auto& earlier : lines_of(dir.restores())) content += earlier + "\n";
    infra::replace_private_file(dir.restores(), content + line + "\n");
}

/// How far a restore is. What it began with must not be found out again: it changes that.
enum class Phase : std::uint8_t { copying, moving_aside, placing };

constexpr std::string_view to_string(Phase phase) {
    switch (phase) {
        case Phase::copying:
            return "copying";
        case Phase::moving_aside:
            return "moving aside";
        case Phase::placing:
            return "placing";
    }
    return "";
}

struct Mark {
    Phase phase = Phase::copying;
    std::string aside;  ///< The name of the directory for what is replaced; empty if nothing is.
    std::optional<ledger::Position> replaced_end;
};

/// Three lines: the phase, the directory, and how far the replaced ledger reached.
void write_mark(const DataDir& dir, const Mark& mark) {
    const auto end = mark.replaced_end ? std::to_string(*mark.replaced_end) : "";
    infra::replace_private_file(
        dir.unfinished_restore(),
        std::string(to_string(mark.phase)) + "\n" + mark.aside + "\n" + end + "\n"
    );
}

/// That of a restore which has not begun if there is none. Throws StorageError.
Mark read_mark(const DataDir& dir) {
    auto lines = lines_of(dir.unfinished_restore());
    if (lines.empty()) return {};
    lines.resize(3);
    const auto phase = parse_name<Phase>(lines[0]);
    if (!phase) {
        throw ledger::StorageError(dir.unfinished_restore().string() + " cannot be understood");
    }
    Mark mark{*phase, lines[1], {}};
    if (!lines[2].empty()) mark.replaced_end = std::stoull(lines[2]);
    return mark;
}

bool has_parts(const DataDir& dir) {
    return std::ranges::any_of(parts_of(dir), [](const auto& part) { return fs::exists(part); });
}

/// Copies the backup into a new directory. Returns the end of its ledger.
ledger::Position stage(const LedgerBackend& source, const DataDir& backup, const DataDir& staged) {
    infra::remove_tree(staged.root());
    // The backup must have what its own journal has read.
    const auto end = back_up(source, {end_of(backup).value_or(0)}, staged).records;
    back_up_secrets(backup.secrets(), staged);
    return end;
}

}  // namespace

Restored restore(
    const DataDir& backup, const DataDir& to, bool replace, const std::string& reason
) {
    const auto source = ledger_of(backup);
    to.expect_to_own();
    to.create();
    const infra::DataDirLock lock(to.root());
    auto mark = read_mark(to);
    if (has_data(to) && !replace && mark.phase == Phase::copying) refuse_to_replace(to);
    const DataDir staged(staged_in(to));
    write_mark(to, mark);
    Restored restored;
    try {
        restored.end = stage(*source, backup, staged);
    } catch (const std::exception&) {
        if (mark.phase == Phase::copying) {  // Nothing has changed.
            infra::remove_tree(staged.root());
            infra::remove_tree(to.unfinished_restore());
        }
        throw;
    }
    const auto now = infra::SystemClock().now();
    if (mark.phase == Phase::copying) {
        mark = {Phase::moving_aside, {}, end_of(to)};
        if (has_parts(to)) mark.aside = aside_of(to, now).filename();
        write_mark(to, mark);
    }
    if (!mark.aside.empty()) restored.aside = to.root() / mark.aside;
    if (mark.phase == Phase::moving_aside) {
        if (!restored.aside.empty()) {
            const DataDir aside(restored.aside);
            aside.create();
            move_parts(to, aside);
        }
        mark.phase = Phase::placing;
        write_mark(to, mark);
    } else {  // An earlier attempt left them.
        for (const auto& part : parts_of(to)) infra::remove_tree(part);
    }
    move_parts(staged, to);
    restored.replaced_end = mark.replaced_end;
    record(to, line_about(restored, {backup.root(), reason, now}));
    infra::remove_tree(to.unfinished_restore());
    infra::remove_tree(staged.root());
    return restored;
}

void log_last_restore(const DataDir& dir) {
    const auto lines = lines_of(dir.restores());
    if (!lines.empty()) spdlog::info("the data was restored from a backup: {}", lines.back());
}

}  // namespace consularia::node
