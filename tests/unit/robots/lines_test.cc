#include "robots/lines.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace crawld;

namespace {

// "number key=value" of each record.
std::vector<std::string> records(std::string_view body) {
    std::vector<std::string> out;
    RobotsLines lines(body);
    while (const auto line = lines.next())
        out.push_back(std::to_string(line->number) + " " + std::string(line->key) + "=" +
                      std::string(line->value));
    return out;
}
using Records = std::vector<std::string>;

}  // namespace

TEST_CASE("LF, CR and CRLF each end a line, and empty lines count") {
    const Records expected{"1 a=1", "3 b=2", "4 c=3"};
    CHECK_EQ(records("a:1\n\nb:2\nc:3"), expected);
    CHECK_EQ(records("a:1\r\rb:2\rc:3\r"), expected);
    CHECK_EQ(records("a:1\r\n\r\nb:2\r\nc:3\r\n"), expected);
    CHECK_EQ(records("a:1\n\r\nb:2\rc:3"), expected);
}

TEST_CASE("blanks and NULs around key and value are no part of them, comments of neither") {
    CHECK_EQ(records(" \t key \t: \tvalue with: colon \t# comment : x\n"),
             Records{"1 key=value with: colon"});
    CHECK_EQ(records(std::string_view("\0key\0:\0v\0", 9)), Records{"1 key=v"});
    CHECK_EQ(records("# a: b\nno colon # c: d\nkey:\n:value\n"), Records{"3 key=", "4 =value"});
}

TEST_CASE("a byte order mark, or what is left of one, is no part of the first key") {
    for (const char* mark : {"", "\xef", "\xef\xbb", "\xef\xbb\xbf"})
        CHECK_EQ(records(std::string(mark) + "a:1"), Records{"1 a=1"});
    CHECK_EQ(records("a:1\n\xef\xbb\xbf"
                     "b:2")[1],
             "2 \xef\xbb\xbf"
             "b=2");
}

TEST_CASE("UTF-16 is read as its mark says, pairs and broken ones included") {
    using namespace std::string_view_literals;
    CHECK_EQ(records("\xff\xfe"
                     "a\0:\0\xe9\0\r\0\n\0b\0:\0\x3d\xd8\x00\xde"sv),
             Records{"1 a=\u00e9", "2 b=\U0001f600"});
    CHECK_EQ(records("\xfe\xff\0a\0:\xd8\x3d\xde\x00"sv), Records{"1 a=\U0001f600"});
    CHECK_EQ(records("\xfe\xff\0a\0:\xd8\x3d"sv), Records{"1 a=\ufffd"});
    CHECK_EQ(records("\xfe\xff\0a\0:\xde\x00\0x\0"sv), Records{"1 a=\ufffdx"});
    CHECK_EQ(records("\xff\xfe"sv), Records{});
}

TEST_CASE("beyond the limit nothing is read, nor the line that it cuts") {
    std::string body = "a:1\n";
    while (body.size() < kRobotsBytesMax - 64)
        body += "# " + std::string(29, 'x') + "\n";
    body += "b:" + std::string(100, 'y') + "\nc:3\n";
    CHECK_EQ(records(body), Records{"1 a=1"});
    // A fetch that stopped at the limit gives the same.
    CHECK_EQ(records(body.substr(0, kRobotsBytesMax)), Records{"1 a=1"});
    CHECK_EQ(records("a:" + std::string(2 * kRobotsBytesMax, 'x')), Records{});
}
