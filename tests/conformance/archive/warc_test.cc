// WARC files that others wrote: what the reader says of each.
#include <doctest/doctest.h>

#include <filesystem>

#include "archive/posix_disk.h"
#include "archive/sealing.h"
#include "archive/warc_reader.h"
#include "base/fields.h"
#include "support/suite.h"
#include "support/testdata.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr auto kShort = RecordProblem::block_short, kNoEnd = RecordProblem::no_record_end,
               kShared = RecordProblem::shared_member, kBlock = RecordProblem::block_digest_wrong,
               kPayload = RecordProblem::payload_digest_wrong;

struct Expected {
    std::string_view file;
    // Of each record, in order: where it begins, its type, and what is wrong with it.
    struct One {
        uint64_t offset;
        std::string_view type;
        std::vector<RecordProblem> problems = {};
    };
    std::vector<One> records;
    std::string_view error = "";  // what ends the reading
    int index_lines = 0;
};

// Offsets and types are also what warcio's index says, but where several records share a member.
const std::vector<Expected> kFiles = {
    {.file = "warcio/bad.arc",
     .records = {},
     .error = "at byte 0 no WARC record begins",
     .index_lines = 0},
    // One member for all; and the revisit has the digest of other bytes.
    {.file = "warcio/example-bad-non-chunked.warc.gz",
     .records = {{0, "warcinfo", {kShared}},
                 {0, "warcinfo", {kShared}},
                 {0, "response", {kShared}},
                 {0, "request", {kShared}},
                 {0, "revisit", {kShared, kBlock}},
                 {0, "request", {kShared}}},
     .index_lines = 2},
    // One member for all.
    {.file = "warcio/example-bad.warc.gz.bad",
     .records = {{0, "warcinfo", {kShared}},
                 {0, "response", {kShared}},
                 {0, "request", {kShared}},
                 {0, "revisit", {kShared}},
                 {0, "request", {kShared}},
                 {0, "response", {kShared}}},
     .index_lines = 3},
    // The first payload digest has digits that base32 has not.
    {.file = "warcio/example-digest.warc",
     .records =
         {{0, "request", {kPayload}}, {922, "request"}, {1840, "request"}, {2758, "request"}},
     .index_lines = 0},
    {.file = "warcio/example-iana.org-chunked.warc",
     .records = {{0, "warcinfo"}, {405, "response"}, {8379, "request"}},
     .index_lines = 1},
    {.file = "warcio/example-resource.warc.gz",
     .records = {{0, "warcinfo"}, {361, "warcinfo"}, {802, "resource"}},
     .index_lines = 0},
    {.file = "warcio/example-space-in-target-uri.warc.gz",
     .records = {{0, "warcinfo"}, {241, "resource"}},
     .index_lines = 0},
    {.file = "warcio/example-space-in-url.arc",
     .records = {},
     .error = "at byte 0 no WARC record begins",
     .index_lines = 0},
    // Content-Length is two bytes short.
    {.file = "warcio/example-trunc.warc",
     .records = {{0, "warcinfo"},
                 {488, "warcinfo"},
                 {1197, "response", {kBlock, kPayload, kNoEnd}},
                 {2566, "request"}},
     .index_lines = 1},
    {.file = "warcio/example-wget-bad-target-uri.warc.gz",
     .records = {{0, "warcinfo"},
                 {410, "request"},
                 {824, "response"},
                 {1978, "metadata"},
                 {2295, "resource"},
                 {2681, "resource"}},
     .index_lines = 1},
    // Content-Length is of more than the first member has; the rest of it is the second.
    {.file = "warcio/example-wrong-chunks.warc.gz",
     .records = {{0, "response", {kBlock, kPayload, kShort}}},
     .error = "at byte 516 no WARC record begins",
     .index_lines = 1},
    {.file = "warcio/example.arc",
     .records = {},
     .error = "at byte 0 no WARC record begins",
     .index_lines = 0},
    {.file = "warcio/example.arc.gz",
     .records = {},
     .error = "at byte 0 no WARC record begins",
     .index_lines = 0},
    {.file = "warcio/example.warc",
     .records = {{0, "warcinfo"},
                 {488, "warcinfo"},
                 {1197, "response"},
                 {2566, "request"},
                 {3370, "revisit"},
                 {4316, "request"}},
     .index_lines = 2},
    {.file = "warcio/example.warc.gz",
     .records = {{0, "warcinfo"},
                 {353, "warcinfo"},
                 {784, "response"},
                 {2012, "request"},
                 {2621, "revisit"},
                 {3207, "request"}},
     .index_lines = 2},
    {.file = "warcio/post-test.warc.gz",
     .records = {{0, "response"},
                 {720, "request"},
                 {1196, "response"},
                 {1919, "request"},
                 {2395, "response"},
                 {3118, "request"}},
     .index_lines = 3},
    {.file = "iipc/hello-world.warc",
     .records = {{0, "warcinfo"},
                 {589, "request"},
                 {1260, "response"},
                 {2349, "metadata"},
                 {2772, "resource"},
                 {3340, "resource"}},
     .index_lines = 1},
    {.file = "iipc/hello-world.warc.cdx",
     .records = {},
     .error = "at byte 0 no WARC record begins",
     .index_lines = 0},
    {.file = "iipc/hello-world.warc.gz",
     .records = {{0, "warcinfo"},
                 {446, "request"},
                 {907, "response"},
                 {1630, "metadata"},
                 {1945, "resource"},
                 {2379, "resource"}},
     .index_lines = 1},
    {.file = "iipc/dedup-samples/20130729-heritrix-original.warc.gz",
     .records = {{0, "response"}},
     .index_lines = 1},
    {.file = "iipc/dedup-samples/20130729-heritrix-revisit-with-http-headers.warc.gz",
     .records = {{0, "revisit"}},
     .index_lines = 1},
    // One line end behind the empty block instead of two.
    {.file = "iipc/dedup-samples/20141124-heritrix-server-not-modified.warc.gz",
     .records = {{0, "revisit", {kNoEnd}}},
     .index_lines = 1},
    {.file = "iipc/dedup-samples/20141129-heritrix-original.warc.gz",
     .records = {{0, "response"}},
     .index_lines = 1},
    {.file = "iipc/dedup-samples/"
             "20141129-heritrix-revisit-with-http-headers-and-new-warc-headers.warc.gz",
     .records = {{0, "revisit"}},
     .index_lines = 1},
};

std::string problems_of(const std::vector<RecordProblem>& problems) {
    std::string text;
    for (const RecordProblem problem : problems)
        text += to_text(problem) + "; ";
    return text;
}

bool agrees(const Expected& expected) {
    PosixDisk disk;
    const std::string path = std::string(CRAWLD_TESTDATA) + "/warc/" + std::string(expected.file);
    const auto reader = WarcReader::open(disk, path);
    REQUIRE(reader.has_value());
    bool same = true;
    int lines = 0;
    for (size_t i = 0;; ++i) {
        CAPTURE(i);
        const auto record = (*reader)->next();
        if (!record) {
            same = same && i == expected.records.size() && !expected.error.empty() &&
                   record.error().code == ErrorCode::corrupt;
            CHECK_EQ(i, expected.records.size());
            CHECK_NE(record.error().message.find(path), std::string::npos);
            CHECK_NE(record.error().message.find(expected.error), std::string::npos);
            CHECK_FALSE(expected.error.empty());
            break;
        }
        if (!*record) {
            same = same && i == expected.records.size() && expected.error.empty();
            CHECK_EQ(i, expected.records.size());
            CHECK_EQ(expected.error, "");
            break;
        }
        REQUIRE_LT(i, expected.records.size());
        const Expected::One& one = expected.records[i];
        CHECK_EQ((*record)->offset, one.offset);
        CHECK_EQ((*record)->type(), one.type);
        CHECK_EQ(problems_of((*record)->problems), problems_of(one.problems));
        same = same && (*record)->offset == one.offset && (*record)->type() == one.type &&
               (*record)->problems == one.problems;
        lines += cdxj_entry(**record) ? 1 : 0;
    }
    CHECK_EQ(lines, expected.index_lines);
    return same && lines == expected.index_lines;
}

}  // namespace

TEST_CASE("WARC files of others") {
    Suite suite("warc/");
    if (lacks_testdata("warc", &suite)) return;
    for (const Expected& expected : kFiles) {
        CAPTURE(expected.file);
        suite.add(agrees(expected));
    }
}
