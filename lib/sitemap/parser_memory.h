// ParserMemory: what expat may allocate, and not more.
//
// Expat remembers every name it has seen, in tables that a file of 50 MiB can grow to a gigabyte.
// It asks for memory by functions that know nothing of whom they are called for; so each block has
// its owner in front of it, and for new ones the owner is whoever stands in a Use on this thread.
//
// Errors: what does not fit is refused, and expat says XML_ERROR_NO_MEMORY.
// Thread: any, one at a time.
// Cost:   16 bytes a block.
// Test:   tests/unit/sitemap/limits_test.cc
#pragma once

#include <cstddef>

namespace crawld {

class ParserMemory {
  public:
    explicit ParserMemory(size_t bytes_max) : bytes_max_(bytes_max) {}
    ~ParserMemory();
    ParserMemory(const ParserMemory&) = delete;
    ParserMemory& operator=(const ParserMemory&) = delete;

    class Use {
      public:
        explicit Use(ParserMemory& memory);
        ~Use();
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

      private:
        ParserMemory* outer_;
    };

    // As malloc, realloc and free.
    static void* allocate(size_t size);
    static void* reallocate(void* block, size_t size);
    static void release(void* block);

    size_t bytes() const { return bytes_; }

  private:
    static thread_local ParserMemory* current_;

    const size_t bytes_max_;
    size_t bytes_ = 0;
};

}  // namespace crawld
