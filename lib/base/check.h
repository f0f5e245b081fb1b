// CRAWLD_CHECK: an assertion that stays on in every build, for what may fail by *us*.
//
// What may fail by the world (a file, a peer, a configuration) is a Result, never a CRAWLD_CHECK.
// (The bare name CHECK is doctest's.) Errors: prints file, line and the condition to stderr and
// aborts; systemd restarts the daemon,
//         and the next start recovers from the last commit.
// Cost:   one predicted branch.
// Test:   tests/unit/base/check_test.cc
#pragma once

namespace crawld {

[[noreturn]] void check_failed(const char* file, int line, const char* condition);

}  // namespace crawld

#define CRAWLD_CHECK(condition)                                          \
    do {                                                                 \
        if (!(condition)) [[unlikely]]                                   \
            ::crawld::check_failed(__FILE_NAME__, __LINE__, #condition); \
    } while (false)

#ifndef __FILE_NAME__
#define __FILE_NAME__ __FILE__
#endif
