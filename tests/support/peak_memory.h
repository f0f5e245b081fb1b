// PeakMemory: by how much this process grew at the most since then.
#pragma once

#include <malloc.h>

#include <fstream>
#include <string>

namespace crawld::test {

class PeakMemory {
  public:
    PeakMemory() {
        malloc_trim(0);  // what was freed before must not serve for what comes
        std::ofstream("/proc/self/clear_refs") << "5";
        before_kib_ = resident_kib_max();
    }
    // 0 under the sanitizers, which keep freed memory for a while.
    long grown_kib() const {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        return 0;
#else
        return resident_kib_max() - before_kib_;
#endif
    }

  private:
    static long resident_kib_max() {
        std::ifstream status("/proc/self/status");
        for (std::string word; status >> word;) {
            if (word != "VmHWM:") continue;
            long kib = 0;
            status >> kib;
            return kib;
        }
        return 0;
    }

    long before_kib_ = 0;
};

}  // namespace crawld::test
