// What is taken for a batch behind a tear, and what it costs to find none.
#include "store/behind_tear.h"

#include <doctest/doctest.h>

#include "unit/store/forged_record.h"

using namespace crawld;

namespace {

constexpr size_t kTextBytes = 1 << 20;
constexpr TornLog kTorn{
    .log = 7, .good = {7, 1000}, .least = 500, .base = 500, .base_at = 900, .notes_durable = true};
constexpr size_t kAt = 3000;  // where the record is

std::string repeated(std::string_view pattern) {
    std::string text;
    while (text.size() < kTextBytes)
        text += pattern;
    return text;
}

// A whole put with a note, as a batch of ours has.
std::string noting(LogPosition durable) {
    return std::string("\3\x20", 2) + log_data(durable) + "\5\1\1k\1v";
}

Durable said(const std::string& record, const TornLog& torn = kTorn) {
    std::string log(kAt, '#');
    log += record + std::string(2000, '#');
    return look_behind(log, 1001, torn).more_was_durable;
}

}  // namespace

TEST_CASE("text that does not know the numbers costs no sum, whatever it looks like") {
    TornLog older = kTorn;
    older.notes_durable = false;
    for (const TornLog& torn : {kTorn, older})
        for (const std::string_view pattern :
             {std::string_view("\xff\x3f\1", 3), std::string_view("\0\1\2", 3),
              std::string_view("\0\0\0\0\x10\0\1", 7), std::string_view("\2\2\2\2\2\2\2"),
              std::string_view("\1\3\4"), std::string_view("\0", 1)}) {
            const Behind behind = look_behind(repeated(pattern), 1001, torn);
            CHECK_EQ(behind.more_was_durable, Durable::no);
            CHECK_EQ(behind.summed_bytes, 0);
        }
    // Nor does one that knows them, where what was durable is noted.
    const Behind behind = look_behind(repeated(forged_record(500, 1, "text")), 1001, kTorn);
    CHECK_EQ(behind.more_was_durable, Durable::no);
    CHECK_EQ(behind.summed_bytes, 0);
}

TEST_CASE("a batch behind a tear is one with a number that may come and a note that may be true") {
    CHECK_EQ(said(forged_record(500, 1, noting({7, 1001}))), Durable::yes);
    CHECK_EQ(said(forged_record(1100, 2, noting({7, kAt}))), Durable::yes);
    CHECK_EQ(said(forged_record(500, 1, noting({7, 1000}))), Durable::no);
    CHECK_EQ(said(forged_record(500, 1, noting({6, 99999}))), Durable::no);
    CHECK_EQ(said(forged_record(500, 1, noting({7, kAt + 1}))), Durable::no);
    CHECK_EQ(said(forged_record(500, 1, noting({8, 1}))), Durable::no);
    CHECK_EQ(said(forged_record(499, 1, noting({7, 1001}))), Durable::no);
    CHECK_EQ(said(forged_record(500 + kAt, 1, noting({7, 1001}))), Durable::no);
    CHECK_EQ(said(forged_record(500, 0, noting({7, 1001}))), Durable::no);
    CHECK_EQ(said(forged_record(500, 1000, noting({7, 1001}))), Durable::no);
}

TEST_CASE("a batch without a note counts in a log whose batches have none") {
    const std::string record = forged_record(500, 1, "\5\1\1k\1v");
    CHECK_EQ(said(record), Durable::no);
    TornLog older = kTorn;
    older.notes_durable = false;
    CHECK_EQ(said(record, older), Durable::unknown);
}
