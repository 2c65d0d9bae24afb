#pragma once
// The paths in the data directory.

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace consularia::node {

class DataDir {
  public:
    explicit DataDir(std::filesystem::path root) : root_(std::move(root)) {}

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

    [[nodiscard]] std::filesystem::path ledger() const { return root_ / "ledger"; }

    [[nodiscard]] std::filesystem::path journal() const { return root_ / "journal"; }

    /// How far webhooks have got, and what became of their events.
    [[nodiscard]] std::filesystem::path webhooks() const { return root_ / "webhooks"; }

    /// The two places of read stores, see node/read_stores.hpp.
    [[nodiscard]] std::filesystem::path read_store() const { return root_ / "read"; }

    [[nodiscard]] std::filesystem::path read_store_rebuilt() const {
        return root_ / "read.rebuilt";
    }

    /// A read store that serves nobody: it says how far the ledger reached until the journal has
    /// read that again, see node/read_stores.hpp.
    [[nodiscard]] std::filesystem::path read_store_as_witness() const {
        return root_ / "read.witness";
    }

    /// Wherever a read store may be.
    [[nodiscard]] std::array<std::filesystem::path, 3> read_stores() const {
        return {read_store(), read_store_rebuilt(), read_store_as_witness()};
    }

    /// All that the server keeps of its ledger and what it reads of it, whether they are there or
    /// not.
    [[nodiscard]] std::vector<std::filesystem::path> databases() const;

    /// Its read store is one that another version has built in advance, see node/prepare.hpp.
    [[nodiscard]] DataDir prepared() const { return DataDir(root_ / "prepared"); }

    /// See node/past_stores.hpp.
    [[nodiscard]] std::filesystem::path past_stores() const { return root_ / "as-of"; }

    /// See infra/access_log.hpp.
    [[nodiscard]] std::filesystem::path audit_access() const { return root_ / "audit-access"; }

    [[nodiscard]] std::filesystem::path secrets() const { return root_ / "secrets.toml"; }

    /// A line of JSON for each restore, see node/restore.hpp.
    [[nodiscard]] std::filesystem::path restores() const { return root_ / "restores.jsonl"; }

    /// There while a restore into the directory is not complete.
    [[nodiscard]] std::filesystem::path unfinished_restore() const {
        return root_ / "restore.unfinished";
    }

    /// There in a directory that `ledger replay` has made: the moment that it shows.
    [[nodiscard]] std::filesystem::path replayed() const { return root_ / "replayed"; }

    /// There while it is being made.
    [[nodiscard]] std::filesystem::path unfinished_replay() const {
        return root_ / "replay.unfinished";
    }

    /// Empty in a directory that shows the present. Throws StorageError if a replay into it was
    /// interrupted.
    [[nodiscard]] std::optional<std::string> replayed_moment() const;

    /// Throws StorageError if it belongs to another user, say that of the server.
    void expect_to_own() const;

    /// Throws StorageError if a restore into it was interrupted.
    void expect_restored() const;

    /// Creates the directory if it is absent, and restricts it to its owner. Throws StorageError.
    void create() const;

  private:
    std::filesystem::path root_;
};

}  // namespace consularia::node
