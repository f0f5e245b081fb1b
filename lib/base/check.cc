#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace crawld {

void check_failed(const char* file, int line, const char* condition) {
    std::fprintf(stderr, "crawld: internal error at %s:%d: the check (%s) failed\n", file, line,
                 condition);
    std::abort();
}

}  // namespace crawld
