// The bar shows the share that the text names.

#include "cli/progress_bar.hpp"

#include <gtest/gtest.h>

namespace consularia::cli {
namespace {

TEST(ProgressBar, IsAsLongAsThePercentageSays) {
    EXPECT_EQ(draw_progress("reading: 0 %"), "[                    ] reading: 0 %");
    EXPECT_EQ(
        draw_progress("reading: 43 %, 2 min left at 4/s"),
        "[########            ] reading: 43 %, 2 min left at 4/s"
    );
    EXPECT_EQ(draw_progress("reading: 100 %"), "[####################] reading: 100 %");
}

TEST(ProgressBar, IsLeftOutWithoutAPercentage) {
    EXPECT_EQ(draw_progress("opening the journal"), "opening the journal");
}

}  // namespace
}  // namespace consularia::cli
