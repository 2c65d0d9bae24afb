#include "base/check.hpp"

#include <gtest/gtest.h>

namespace consularia {
namespace {

TEST(Check, PassesWhatHolds) {
    CHECK(1 + 1 == 2);
}

TEST(CheckDeathTest, AbortsAndNamesTheConditionAndItsPlace) {
    EXPECT_DEATH(CHECK(1 + 1 == 3), "check_test.cpp:[0-9]+: CHECK failed: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace consularia
