// CPU time of this thread: what other programs on the machine take does not count.
#pragma once

#include <ctime>

namespace crawld::test {

inline double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

template <class Work>
double cpu_seconds_of(Work work) {
    const double before = cpu_seconds();
    work();
    return cpu_seconds() - before;
}

}  // namespace crawld::test
