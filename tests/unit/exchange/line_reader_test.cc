#include "exchange/line_reader.h"

#include <doctest/doctest.h>

#include <fstream>
#include <vector>

#include "support/temp_dir.h"

using namespace crawld;

namespace {

struct Read {
    std::vector<std::string> lines;
    std::vector<bool> cut;
    std::string raw;
};

Read read(const std::string& bytes, bool peek = false) {
    const TempDir dir;
    std::ofstream(dir / "f", std::ios::binary) << bytes;
    auto reader = LineReader::open(dir / "f");
    REQUIRE(reader.has_value());
    if (peek) {
        const auto head = reader->peek();
        REQUIRE(head.has_value());
        CHECK_EQ(*head, bytes.substr(0, LineReader::kBufferBytes));
    }
    Read out;
    for (;;) {
        const auto line = reader->next();
        REQUIRE(line.has_value());
        if (!*line) break;
        out.lines.emplace_back((*line)->text);
        out.cut.push_back((*line)->cut);
        out.raw += (*line)->raw;
        CHECK_EQ(reader->line(), out.lines.size());
    }
    return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines end with LF or CRLF, and the last one may have no end") {
    for (const bool peek : {false, true}) {
        CHECK_EQ(read("a\nb\r\n\nc", peek).lines, Lines{"a", "b", "", "c"});
        CHECK_EQ(read("a\n", peek).lines, Lines{"a"});
        CHECK_EQ(read("", peek).lines, Lines{});
        CHECK_EQ(read("\n", peek).lines, Lines{""});
        CHECK_EQ(read(std::string("a\0b\nc", 5), peek).lines, Lines{std::string("a\0b", 3), "c"});
    }
    CHECK_EQ(read("\xEF\xBB\xBF"
                  "a\n\xEF\xBB\xBF"
                  "b")
                 .lines,
             Lines{"a",
                   "\xEF\xBB\xBF"
                   "b"});
}

TEST_CASE("a line is told as it is in the file too") {
    for (const std::string bytes : {"\xEF\xBB\xBF"
                                    "a\r\nb\n\r\n\nc",
                                    "a\n", "a\r", "\xEF\xBB\xBF"})
        CHECK_EQ(read(bytes).raw, bytes);
}

TEST_CASE("a line longer than the buffer is told as its beginning, and the next one is whole") {
    const size_t buffer = LineReader::kBufferBytes;
    for (const size_t size : {buffer - 1, buffer, buffer + 1, 3 * buffer, size_t{10} << 20}) {
        const Read out = read("first\n" + std::string(size, 'x') + "\nnext\n");
        REQUIRE_EQ(out.lines.size(), 3);
        CHECK_EQ(out.cut[1], size >= buffer);
        CHECK_EQ(out.lines[1].size(), std::min(size, buffer));
        CHECK_EQ(out.lines[2], "next");
        const Read last = read(std::string(size, 'x'));
        REQUIRE_EQ(last.lines.size(), 1);
    }
}

TEST_CASE("what is not there, and what is a directory, is no input") {
    const TempDir dir;
    const auto missing = LineReader::open(dir / "missing");
    REQUIRE_FALSE(missing.has_value());
    CHECK_EQ(missing.error().code, ErrorCode::no_input);
    CHECK_NE(missing.error().message.find(dir / "missing"), std::string::npos);
    auto directory = LineReader::open(dir.path());
    REQUIRE(directory.has_value());
    const auto line = directory->next();
    REQUIRE_FALSE(line.has_value());
    CHECK_EQ(line.error().code, ErrorCode::no_input);
}
