// What the fuzz targets share: how an input is taken apart, how a difference is told, and what a
// reader costs in memory and time.
//
// A target is one function over bytes that asserts what the reader promises, with CRAWLD_CHECK and
// expect_same(). The choices that it makes (limits, options, where to cut) come from the last bytes
// of the input, so that a file of a corpus is a seed as it is.
//
// Test: tests/fuzz/run.py
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

// <sanitizer/allocator_interface.h>, which only clang has.
extern "C" {
int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void*, size_t),
                                              void (*freed)(const volatile void*));
size_t __sanitizer_get_allocated_size(const volatile void* block);
}

namespace crawld::fuzz {

class Input {
  public:
    Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

    // A choice: less than `bound`, and 0 when the bytes are used up. Takes as few as it needs.
    size_t below(size_t bound) {
        size_t value = 0;
        for (size_t range = 1; range < bound && !rest_.empty(); range <<= 8) {
            value = value << 8 | static_cast<uint8_t>(rest_.back());
            rest_.remove_suffix(1);
        }
        return value % bound;
    }
    bool flag() { return below(2) == 1; }

    // Up to the first newline, which goes too; all if there is none.
    std::string_view line() {
        const std::string_view taken = rest_.substr(0, rest_.find('\n'));
        rest_.remove_prefix(std::min(taken.size() + 1, rest_.size()));
        return taken;
    }
    std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
};

// A copy in a block of its own size, so that AddressSanitizer sees a look behind its end.
class Exact {
  public:
    explicit Exact(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
        std::copy(text.begin(), text.end(), bytes_.get());
    }
    std::string_view view() const { return {bytes_.get(), size_}; }

  private:
    std::unique_ptr<char[]> bytes_;
    size_t size_;
};

// Ends the run if two texts that must be the same are not.
inline void expect_same(std::string_view what, std::string_view expected, std::string_view found) {
    if (expected == found) return;
    std::fprintf(stderr, "%.*s differ:\n%.*s\n--- and\n%.*s\n", static_cast<int>(what.size()),
                 what.data(), static_cast<int>(expected.size()), expected.data(),
                 static_cast<int>(found.size()), found.data());
    std::abort();
}

// CPU time of this thread: other programs on the machine do not count.
inline double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// The most that was allocated at once since construction. One at a time.
class MemoryPeak {
  public:
    MemoryPeak() {
        static const int installed = __sanitizer_install_malloc_and_free_hooks(&grow, &shrink);
        if (installed == 0) std::abort();
        held_ = peak_ = 0;
    }
    size_t bytes() const { return static_cast<size_t>(peak_); }

  private:
    // Blocks from before may go meanwhile, so what is held may be less than nothing.
    static void grow(const volatile void*, size_t size) {
        held_ += static_cast<int64_t>(size);
        peak_ = std::max(peak_, held_);
    }
    static void shrink(const volatile void* block) {
        if (block != nullptr) held_ -= static_cast<int64_t>(__sanitizer_get_allocated_size(block));
    }

    static inline thread_local int64_t held_ = 0;
    static inline thread_local int64_t peak_ = 0;
};

}  // namespace crawld::fuzz
