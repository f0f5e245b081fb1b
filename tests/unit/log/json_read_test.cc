#include "log/json_read.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace crawld;

namespace {

std::map<std::string, std::string> members(std::string_view json, bool whole = true) {
    std::map<std::string, std::string> found;
    CHECK_EQ(
        read_json_object(json, [&](std::string_view name,
                                   std::string_view value) { found[std::string(name)] = value; }),
        whole);
    return found;
}

using Found = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("texts, numbers and truth values of an object are told, what lies deeper is not") {
    CHECK_EQ(members(R"({"a":"x\u00e9\n","b":-1.50e3,"c":true,"d":null,"e":{"a":1},"f":[2,"y"]})"),
             Found{{"a", "x\u00e9\n"}, {"b", "-1.50e3"}, {"c", "true"}});
    CHECK_EQ(members(" {} "), Found{});
    CHECK_EQ(members("{\"a\":\"\xff\"}"), Found{{"a", "\xff"}});
}

TEST_CASE("what is no whole object is refused") {
    for (const std::string_view json :
         {"", "null", "7", "\"a\"", "[1]", "[{}]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{} {}",
          "{}x", "{\"a\":tru}", "{a:1}"})
        CHECK_MESSAGE(members(json, false).empty() == (json != "{\"a\":1"), json);
    members(std::string_view("{}\0", 3), false);
    members(std::string_view("{}\0{}", 5), false);
}

TEST_CASE("depth costs no stack") {
    const std::string open(1'000'000, '[');
    members("{\"a\":" + open + std::string(open.size(), ']') + "}");
    members("{\"a\":" + open, false);
}
