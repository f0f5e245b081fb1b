// What the batches behind a bad record of a log say: whether more had been durable than what is
// good.
//
// Where they begin is not known, so each byte is tried; and what lies there is also text of others,
// as a robots.txt, which may look like a record. So before its bytes are summed a record must have
// the number that an operation there can have, and, where the batches of the log note what was
// durable, a note that can be true: of this log no more than what stands before it. Who would forge
// one has to know the number, the log's name and the place, and gains a start that is refused.
//
// Thread: any.
// Bound:  text that does not know the numbers costs no sum.
// Test:   tests/unit/store/behind_tear_test.cc, tests/unit/store/log_tail_test.cc
#pragma once

#include <cstdint>
#include <string_view>

#include "store/log_record.h"

namespace crawld {

// What is known of a log with a bad record, or that lies behind such a one.
struct TornLog {
    uint64_t log = 0;    // the number in its name
    LogPosition good{};  // all logs are good up to there
    // A batch has a number from `least` on, and no higher one than `base` and the operations that
    // fit between `base_at` and its place.
    uint64_t least = 0;
    uint64_t base = 0;
    size_t base_at = 0;
    bool notes_durable = false;  // a good batch before does
};

// unknown: a batch does not say, as those of an older crawld.
enum class Durable : uint8_t { no, yes, unknown };
struct Behind {
    Durable more_was_durable = Durable::no;
    uint64_t summed_bytes = 0;
};
Behind look_behind(std::string_view log, size_t from, const TornLog& torn);

}  // namespace crawld
