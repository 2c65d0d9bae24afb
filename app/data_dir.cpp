#include "app/data_dir.hpp"

#include <stdexcept>
#include <system_error>

namespace consularia::app {

void DataDir::create() const {
    std::error_code error;
    const bool made = std::filesystem::create_directories(root_, error);
    if (!error && made) {
        std::filesystem::permissions(root_, std::filesystem::perms::owner_all, error);
    }
    if (error) {
        throw std::runtime_error(
            "The data directory " + root_.string() + " cannot be made: " + error.message() + "."
        );
    }
}

}  // namespace consularia::app
