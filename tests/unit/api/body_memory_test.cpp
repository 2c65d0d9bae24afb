// The memory that reading a body takes, whatever is in it: counted by the allocator itself.

#include "tests/unit/api/allocations.hpp"
#include "tests/unit/api/bodies.hpp"

#include <vector>

namespace consularia::api {
namespace {

constexpr std::size_t kLarge = 1 << 18;
constexpr std::size_t kFactor = 8;
constexpr std::size_t kMany = 5000;
constexpr std::size_t kSmall = 64 * 1024;  ///< Not counted, however small the body.

const ContentType kJson{MediaType::json, {}};
const ContentType kForm{MediaType::form, {}};
const ContentType kMultipart{MediaType::multipart, "b"};

struct Shaped {
    const char* name;
    std::string body;
    bool readable = true;
};

/// The most that is allocated while a body is received, read, and made canonical for its
/// Idempotency-Key.
std::size_t peak_of(const ContentType& type, const Shaped& shaped, Shape shape) {
    const std::size_t before = test::forget_allocation_peak();
    {
        std::string body = shaped.body;
        const auto value = read_body(type, std::move(body), shape);
        EXPECT_EQ(value.has_value(), shaped.readable) << shaped.name;
        if (value) {
            EXPECT_FALSE(canonical_text(*value).empty());
        }
    }
    EXPECT_EQ(test::allocated_bytes(), before) << shaped.name;
    return test::allocation_peak() - before;
}

void expect_little(const ContentType& type, const std::vector<Shaped>& all) {
    for (const auto& shaped : all) {
        for (const auto shape : {Shape::object, Shape::list}) {
            EXPECT_LE(peak_of(type, shaped, shape), kFactor * shaped.body.size() + kSmall)
                << shaped.name << ", a body of " << shaped.body.size();
        }
    }
}

/// Texts of one to three letters, none of them twice.
std::string nth_name(std::size_t n) {
    std::string name;
    for (++n; n > 0; n /= 60) name += static_cast<char>('@' + n % 60);
    return name;
}

std::string join(std::size_t count, std::string (*make)(std::size_t)) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += make(i);
    return all;
}

TEST(BodyMemory, OfJsonIsAtMostEightTimesTheBody) {
    const auto list = [](std::string_view item, std::size_t count) {
        return "[" + repeat(std::string(item) + ",", count - 1) + std::string(item) + "]";
    };
    const auto object = [](std::string_view member, std::size_t count) {
        return "{" + repeat(std::string(member) + ",", count - 1) + std::string(member) + "}";
    };
    const auto distinct = join(kMany, [](std::size_t n) {
        return (n > 0 ? ",\"" : "\"") + std::to_string(n) + "\":0";
    });
    expect_little(
        kJson,
        {{"zeros", list("0", kMany)},
         {"empty lists", list("[]", kMany)},
         {"empty objects", list("{}", kMany)},
         {"nested lists", list(repeat("[", 31) + repeat("]", 31), 200)},
         {"empty texts", list("\"\"", kMany)},
         {"escapes", list("\"\\n\"", kMany)},
         {"long numbers", list("1e15", kMany)},
         {"the same key", object("\"\":0", kMany)},
         {"different keys", "{" + distinct + "}"},
         {"half of the keys twice", "{" + distinct + "," + distinct + "}"},
         {"objects of objects", list(R"({"":{"":0}})", kMany)},
         {"one text", "\"" + std::string(kLarge, 'x') + "\""},
         {"one text of control characters", "\"" + repeat("\\u0001", kLarge / 2) + "\""},
         {"one text of quotes", "\"" + repeat("\\\"", kLarge) + "\""},
         {"blanks", std::string(kLarge, ' ') + "0"},
         {"a known field", "{\"title\":" + list("0", kMany) + "}"}}
    );
}

TEST(BodyMemory, OfJsonThatIsRefusedIsAtMostEightTimesTheBody) {
    expect_little(
        kJson,
        {{"too many zeros", "[" + repeat("0,", kLarge), false},
         {"too many brackets", std::string(kLarge, '['), false},
         {"an unended text", "\"" + std::string(kLarge, 'x'), false},
         {"an unended number", std::string(kLarge, '1') + "x", false},
         {"an unended list", "[" + repeat("0,", kMany), false},
         {"bad UTF-8", "\"" + repeat("é", kLarge) + "\xff", false},
         {"control characters", "\"" + std::string(kLarge, '\x01'), false}}
    );
}

TEST(BodyMemory, OfUrlEncodedFormsIsAtMostEightTimesTheBody) {
    expect_little(
        kForm,
        {{"the same name", repeat("a&", kMany)},
         {"no names", repeat("=&", kMany)},
         {"different names", join(kMany, [](std::size_t n) { return nth_name(n) + "&"; })},
         {"items", join(kMany, [](std::size_t n) { return "[" + std::to_string(n) + "]=&"; })},
         {"items of one field",
          join(kMany, [](std::size_t n) { return "[" + std::to_string(n) + "]a=&"; })},
         {"participants",
          join(kMany, [](std::size_t n) { return "participants[" + std::to_string(n) + "]a=b&"; })},
         {"config", join(kMany, [](std::size_t n) { return "config." + nth_name(n) + "=b&"; })},
         {"some of each",
          "config.a=&scopes=&participants[0]=&" +
              join(kMany, [](std::size_t n) { return nth_name(n) + "&"; })},
         {"scopes", repeat("scopes=&", kMany)},
         {"separators", repeat("&", kLarge) + "a=b"},
         {"control characters", "a=" + std::string(kLarge, '\x01')},
         {"encoded control characters", "a=" + repeat("%01", kLarge)},
         {"bytes that are not UTF-8", "a=" + std::string(kLarge, '\xff')},
         {"one text", "a=" + std::string(kLarge, 'x')}}
    );
}

TEST(BodyMemory, OfMultipartFormsIsAtMostEightTimesTheBody) {
    const auto part = [](std::string_view name, std::string_view content) {
        return "--b\r\nContent-Disposition: form-data; name=" + std::string(name) + "\r\n\r\n" +
               std::string(content) + "\r\n";
    };
    expect_little(
        kMultipart,
        {{"the same name", repeat(part("a", ""), kMany) + "--b--"},
         {"different names",
          join(
              kMany,
              [](std::size_t n) {
                  return "--b\r\nContent-Disposition: form-data; name=a" + std::to_string(n) +
                         "\r\n\r\n\r\n";
              }
          ) + "--b--"},
         {"files", repeat(part("a; filename=f", ""), kMany) + "--b--"},
         {"bytes that are not UTF-8", part("a", std::string(kLarge, '\xff')) + "--b--"},
         {"control characters", part("a", std::string(kLarge, '\x01')) + "--b--"}}
    );
}

TEST(BodyMemory, ABodyHasAsManyValuesAsAreAllowedAndNotOneMore) {
    const std::string detail = "Request body has more than 100000 values.";
    const auto zeros = [](std::size_t count) { return "[" + repeat("0,", count - 1) + "0]"; };
    EXPECT_EQ(json(zeros(kMaxBodyValues - 1)).array()->size(), kMaxBodyValues - 1);
    EXPECT_EQ(json_refusal(zeros(kMaxBodyValues)), detail);
    EXPECT_TRUE(read_body(kForm, repeat("a&", kMaxBodyValues), Shape::object));
    EXPECT_EQ(refusal(kForm, repeat("a&", kMaxBodyValues + 1)), detail);
    const std::string part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
    EXPECT_TRUE(read_body(kMultipart, repeat(part, 3) + "--b--", Shape::object, 3));
    const auto refused = read_body(kMultipart, repeat(part, 4) + "--b--", Shape::object, 3);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail, "Request body has more than 3 values.");
}

}  // namespace
}  // namespace consularia::api
