// Bodies of noise, the same in every run: reading them neither crashes nor returns anything but
// UTF-8, and every reader accepts a body that was read.

#include "api/bodies/requests.hpp"
#include "tests/unit/api/bodies.hpp"

#include <random>
#include <vector>

namespace consularia::api {
namespace {

const std::vector<std::string> kSeeds{
    R"({"title":"T\u00e9\ud83d\ude00","start_date_time":"2031-05-06T07:08:09.5Z","duration_minutes":60,)"
    R"("participants":[{"unique_id":"a","display_name":null,"role":"moderator"},null,5],)"
    R"("config":{"chat_enabled":"yes","x":1e400}})",
    R"([{"id":"0192f0c1-2345-7abc-8def-0123456789ab"},[[[["é"]]]],-1.5e+10,true,false,null])",
    "title=a+b%20%C3%A9&duration_minutes=60&participants[0]unique_id=a&participants[0]role=x"
    "&config.chat_enabled=1&[0]unique_id=b&[12]=%FF&scopes=read",
    "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"[0]id\"; filename=\"f\"\r\n"
    "Content-Type: a/b; c=\"d\\\"\"\r\n\r\ny\r\n--b--\r\n"};

const std::vector<std::string> kPieces{
    "\"",
    "\\",
    "\\u",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "--b",
    "--b--",
    "\r\n",
    "\r\n\r\n",
    "%",
    "%F",
    "&",
    "=",
    ".",
    "e",
    "-",
    "+",
    "\xff",
    "\xc3",
    "\xed\xa0\x80",
    "\xef\xbb\xbf",
    std::string(1, '\0'),
    "name=",
    "participants[",
    "99999999999999999999",
    "null",
    "[[[[[[[["};

class Mutator {
  public:
    explicit Mutator(unsigned seed) : random_(seed) {}

    std::string next() {
        std::string body = kSeeds[below(kSeeds.size())];
        for (std::size_t times = 1 + below(6); times > 0; --times) mutate(body);
        return body;
    }

    std::size_t below(std::size_t end) {
        return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
    }

  private:
    void mutate(std::string& body) {
        const std::size_t at = below(body.size() + 1);
        switch (below(6)) {
            case 0:
                body.insert(at, kPieces[below(kPieces.size())]);
                break;
            case 1:
                body.erase(at, 1 + below(8));
                break;
            case 2:
                body.insert(at, 1, static_cast<char>(below(256)));
                break;
            case 3:
                if (at < body.size()) body[at] = static_cast<char>(below(256));
                break;
            case 4:
                body.insert(at, body.substr(below(body.size() + 1), below(40)));
                break;
            default:
                body.resize(at);
                break;
        }
    }

    std::mt19937 random_;
};

template <class T>
std::string described(const Read<T>& result) {
    return result ? std::string() : result.error().to_json();
}

std::string described(const std::optional<Errors>& list_error, const std::vector<Errors>& items) {
    return list_error ? list_error->to_json() : Errors{items}.to_json();
}

/// Everything that an answer could repeat of the value.
std::string describe(const Value& value) {
    const AddBody add = read_add(value);
    const RemoveBody remove = read_remove(value);
    return canonical_text(value) + python_str(value) + described(read_create(value)) +
           described(read_update(value)) + described(read_participant_update(value)) +
           described(read_organization_create(value)) + described(read_token_create(value, {})) +
           described(add.list_error, add.errors) + described(remove.list_error, remove.errors);
}

TEST(ReadBodyFuzz, NoiseIsReadOrRefusedInUtf8) {
    Mutator mutator(20311);
    const std::vector<ContentType> types{
        {MediaType::json, {}}, {MediaType::form, {}}, {MediaType::multipart, "b"}};
    std::size_t taken = 0;
    std::size_t refused = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::string body = mutator.next();
        const auto& type = types[mutator.below(types.size())];
        const auto shape = mutator.below(2) == 0 ? Shape::object : Shape::list;
        const auto value = read_body(type, body, shape);
        if (value) {
            ++taken;
            ASSERT_TRUE(is_utf8(describe(*value))) << ::testing::PrintToString(body);
            const auto again = read_body({MediaType::json, {}}, canonical_text(*value), shape);
            ASSERT_TRUE(again) << ::testing::PrintToString(body);
            ASSERT_EQ(canonical_text(*again), canonical_text(*value));
        } else {
            ++refused;
            ASSERT_TRUE(is_utf8(value.error().detail)) << ::testing::PrintToString(body);
            ASSERT_LE(value.error().detail.size(), 300U);
        }
        (void)parse_content_type(body);
    }
    EXPECT_GT(taken, 10'000U);
    EXPECT_GT(refused, 10'000U);
}

}  // namespace
}  // namespace consularia::api
