// The lines of `events tail`.

#include "cli/event_line.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/support/record_samples.hpp"

#include <gtest/gtest.h>

#include <string>

namespace consularia::cli {
namespace {

using samples::History;

TEST(EventLine, HasTimeSequenceTypeSubjectAndActorAndPerhapsTheOrganization) {
    History history;
    const auto organization = history.organization().to_string();
    const auto fact = history.create();
    const auto line = event_line(fact, false);
    EXPECT_EQ(
        line,
        "2030-01-01T08:00:00Z 1 dev.consularia.organization.created.v2 organizations/" +
            organization + " tokens/00000000-0000-0000-0000-000000000001"
    );
    EXPECT_EQ(event_line(fact, true), line + " " + organization);
}

TEST(EventLine, ShowsADashForWhatIsNoWordOfVisibleAscii) {
    const std::string fact = R"({"time":"a b","sequence":"7","type":"\u001b[2J","subject":12,)"
                             R"("source":"/organizations/x"})";
    EXPECT_EQ(event_line(fact, true), "- 7 - - - x");
}

}  // namespace
}  // namespace consularia::cli
