#include "api/join/fill.hpp"

#include <gtest/gtest.h>

#include <string>

namespace consularia::api {
namespace {

TEST(Fill, PutsValuesInTheirPlaces) {
    EXPECT_EQ(fill("{{a}}, {{b}} and {{a}}.", {{"a", "1"}, {"b", "2"}}).bytes, "1, 2 and 1.");
    EXPECT_EQ(fill("{a} } {{a}}", {{"a", ""}}).bytes, "{a} } ");
}

TEST(Fill, EscapesTextsAndNotHtml) {
    const std::string text = R"(<b title="x" class='y'>&amp;</b>)";
    EXPECT_EQ(
        fill("{{text}}", {{"text", text}}).bytes,
        "&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;"
    );
    EXPECT_EQ(fill("{{html}}", {{"html", Html{text}}}).bytes, text);
}

TEST(Fill, LooksForNoPlacesInValues) {
    EXPECT_EQ(fill("{{a}}{{b}}", {{"a", "{{b}}"}, {"b", Html{"{{a}}"}}}).bytes, "{{b}}{{a}}");
}

TEST(FillDeathTest, NeedsAValueForEachPlace) {
    EXPECT_DEATH((void)fill("{{a}}", {{"b", "1"}}), "value != values.end");
    EXPECT_DEATH((void)fill("{{a}", {{"a", "1"}}), "close");
}

}  // namespace
}  // namespace consularia::api
