#include "tests/support/directory.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/stat.h>

namespace consularia::test {
namespace {

namespace fs = std::filesystem;

FileState state_of_entry(const fs::path& path) {
    struct stat about {};

    if (::lstat(path.c_str(), &about) != 0) throw std::runtime_error("lstat " + path.string());
    FileState state;
    state.modified_nanos = about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec;
    state.inode = about.st_ino;
    if (S_ISREG(about.st_mode)) state.content = read_whole_file(path);
    return state;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "consularia-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

DirectoryState state_of(const fs::path& directory) {
    DirectoryState state;
    if (!fs::exists(directory)) return state;
    state["."] = state_of_entry(directory);
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        state[fs::relative(entry.path(), directory).string()] = state_of_entry(entry.path());
    }
    return state;
}

std::vector<std::string> changed_names(const DirectoryState& before, const DirectoryState& after) {
    std::vector<std::string> names;
    for (const auto& [name, state] : before) {
        const auto now = after.find(name);
        if (now == after.end() || !(now->second == state)) names.push_back(name);
    }
    for (const auto& [name, state] : after) {
        if (!before.contains(name)) names.push_back(name);
    }
    return names;
}

std::vector<fs::path> files_ending_in(const fs::path& directory, std::string_view suffix) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.path().filename().string().ends_with(suffix)) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

std::string read_whole_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return content.str();
}

void write_whole_file(const fs::path& file, std::string_view content) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << content << std::flush;
    if (!out) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace consularia::test
