#include "node/data_dir.hpp"

#include "infra/private_files.hpp"

namespace consularia::node {

void DataDir::create() const {
    infra::make_private_directory(root_);
}

}  // namespace consularia::node
