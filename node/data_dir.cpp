#include "node/data_dir.hpp"

#include "infra/private_files.hpp"
#include "ledger/log/storage_error.hpp"

#include <fstream>

namespace consularia::node {

std::vector<std::filesystem::path> DataDir::databases() const {
    std::vector<std::filesystem::path> databases{ledger(), journal(), webhooks()};
    for (const auto& place : read_stores()) databases.push_back(place);
    return databases;
}

void DataDir::create() const {
    infra::make_private_directory(root_);
}

void DataDir::expect_to_own() const {
    infra::expect_to_own(root_);
}

std::optional<std::string> DataDir::replayed_moment() const {
    if (std::filesystem::exists(unfinished_replay())) {
        throw ledger::StorageError(
            "A replay into " + root_.string() +
            " was interrupted: remove the directory, and run `consularia ledger replay` again."
        );
    }
    if (!std::filesystem::exists(replayed())) return std::nullopt;
    std::ifstream file(replayed());
    std::string moment;
    if (!std::getline(file, moment)) {
        throw ledger::StorageError("cannot read " + replayed().string());
    }
    return moment;
}

void DataDir::expect_restored() const {
    if (!std::filesystem::exists(unfinished_restore())) return;
    throw ledger::StorageError(
        "A restore into " + root_.string() +
        " was interrupted: run `consularia backup restore` again."
    );
}

}  // namespace consularia::node
