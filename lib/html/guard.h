// The memory Gumbo works in, and the guard that stops it: Gumbo is quadratic in the depth of the
// tree and in the attributes of a tag, and never gives up by itself.
//
// How: Gumbo asks this arena for every node and attribute, and both have sizes of their own. So the
// arena sees the tree grow: when a node is asked for, the one before it hangs in the tree, and its
// ancestors are counted. A bound passed, or no memory left, and allocate() jumps out of the parse;
// nothing of it lives outside the arena. This is the true tree, not a guess from the tags, so a
// page cannot hide its depth behind markup that guard and parser read differently. A string may
// have the size of a node or an attribute by chance: pointers are followed only inside the arena,
// and the worst that comes of it is a page refused. An assertion of Gumbo's that fails while it
// parses ends the parse the same way, instead of the process.
//
// Bound:  kTreeBytesMax of text (links.h), kTreeDepthMax, kTreeAttributesMax, kTreeWorkMax,
// arena_bytes() of
//         memory. No page takes more than about half a second of a core, parsed or refused.
// Owns:   all memory of the tree, freed at once.
// Thread: any, one at a time.
// Cost:   an allocation is an addition; a node costs a walk to the root.
// Test:   tests/unit/html/tree_test.cc
#pragma once

#include <gumbo.h>

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace crawld {

inline constexpr size_t kTreeDepthMax = 400;
inline constexpr size_t kTreeAttributesMax = 400;

// A tag may look at all open elements, so allocations times depth is what a parse may cost. Pages
// of documentation stay below 10 a byte, hostile ones reach 300.
inline constexpr uint64_t kTreeWorkMax = 100'000'000;

// Pages of documentation need 9 to 20 times their size, most about 12 times.
constexpr size_t arena_bytes(size_t page_bytes) {
    return (1 << 20) + 32 * page_bytes;
}

class GuardedArena {
  public:
    explicit GuardedArena(size_t bytes)
        : memory_(new std::byte[bytes]), at_(memory_.get()), end_(at_ + bytes) {}

    // The tree of `text`, which both must outlive; nullptr if a bound was passed.
    const GumboOutput* parse(const char* text, size_t size);

    size_t bytes_used() const { return static_cast<size_t>(at_ - memory_.get()); }

  private:
    static void* allocate(void* self, size_t size);
    static void release(void* self, void* block);
    bool bounds_hold(size_t next_size);
    bool holds(const void* node) const;

    std::unique_ptr<std::byte[]> memory_;  // uninitialised: untouched pages cost nothing
    std::byte* at_;
    std::byte* end_;
    std::byte* last_ = nullptr;        // the newest block, which can be given back
    const GumboNode* node_ = nullptr;  // the newest block of a node's size
    size_t depth_ = 0;                 // of that node
    uint64_t work_ = 0;                // the sum of depth_ over all blocks
    size_t attributes_ = 0;            // blocks of an attribute's size since then
    std::jmp_buf refused_;
};

}  // namespace crawld
