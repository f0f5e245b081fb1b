#include "loop/clock.h"

#include <ctime>

#include "base/check.h"

namespace crawld {

namespace {

int64_t read_us(clockid_t clock) {
    timespec time{};
    CRAWLD_CHECK(clock_gettime(clock, &time) == 0);
    return int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000;
}

}  // namespace

Instant boot_now() {
    return instant_from_us(read_us(CLOCK_BOOTTIME));
}

WallTime wall_now() {
    return wall_from_us(read_us(CLOCK_REALTIME));
}

Duration thread_cpu() {
    return Duration{read_us(CLOCK_THREAD_CPUTIME_ID)};
}

}  // namespace crawld
