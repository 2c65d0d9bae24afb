#pragma once
// The command line makes no sense: exit code 2.

#include <stdexcept>

namespace consularia::node {

class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace consularia::node
