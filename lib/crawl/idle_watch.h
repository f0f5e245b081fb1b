// IdleWatch: whether all loops have run out of work, at one and the same moment.
//
// Loops are asked one after the other, and work goes from loop to loop meanwhile: one that was
// quiet when it was asked may have been given something by one that was asked later, as often as
// one likes. So a loop also says how many things it has passed on and been given so far. Where two
// polls in a row find all loops quiet and no such number changed, all were quiet at the moment
// between the polls; and nothing was on its way, for it would have arrived ahead of the second
// question, in the same queue.
//
// Thread: the main loop's.
// Test:   tests/unit/crawl/idle_watch_test.cc
#pragma once

#include <cstddef>
#include <cstdint>

namespace crawld {

struct LoopRest {
    bool quiet = false;
    uint64_t exchanged = 0;  // never less than in an earlier answer
};

class IdleWatch {
  public:
    void begin() { poll_ = {}; }
    void answer(const LoopRest& loop) {
        ++poll_.answers;
        poll_.all_quiet = poll_.all_quiet && loop.quiet;
        poll_.exchanged += loop.exchanged;
    }
    size_t answers() const { return poll_.answers; }
    // The poll is over. `nothing_else`: nor is there work that no loop knows of. True when all has
    // come to rest, and again only when it has moved since.
    bool came_to_rest(bool nothing_else) {
        const bool still = poll_.exchanged == exchanged_before_;
        exchanged_before_ = poll_.exchanged;
        const bool idle = poll_.all_quiet && nothing_else;
        idle_polls_ = !idle ? 0 : still ? idle_polls_ + 1 : 1;
        return idle_polls_ == 2;
    }
    // The next poll may be the one that tells.
    bool may_have_come_to_rest() const { return idle_polls_ == 1; }

  private:
    struct Poll {
        size_t answers = 0;
        bool all_quiet = true;
        uint64_t exchanged = 0;
    };
    Poll poll_;
    uint64_t exchanged_before_ = 0;
    uint64_t idle_polls_ = 0;
};

}  // namespace crawld
