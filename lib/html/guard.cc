#include "html/guard.h"

#include <functional>

#include "base/check.h"

namespace crawld {

namespace {

// Where a failed assertion of Gumbo leads to, while it parses on this thread.
thread_local std::jmp_buf* parse_refused = nullptr;

}  // namespace

const GumboOutput* GuardedArena::parse(const char* text, size_t size) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = allocate;
    options.deallocator = release;
    options.userdata = this;
    options.max_errors = 0;
    // Gumbo has no way to fail, and nothing to clean up: its state is in this arena.
    if (setjmp(refused_) != 0) {  // NOLINT(cert-err52-cpp)
        parse_refused = nullptr;
        return nullptr;
    }
    parse_refused = &refused_;
    const GumboOutput* output = gumbo_parse_with_options(&options, text, size);
    parse_refused = nullptr;
    return output;
}

void* GuardedArena::allocate(void* self, size_t size) {
    GuardedArena& arena = *static_cast<GuardedArena*>(self);
    const size_t rounded =
        (size + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);
    const size_t left = static_cast<size_t>(arena.end_ - arena.at_);
    if (rounded > left || !arena.bounds_hold(size))
        std::longjmp(arena.refused_, 1);  // NOLINT(cert-err52-cpp)
    arena.last_ = arena.at_;
    arena.at_ += rounded;
    if (size == sizeof(GumboNode)) arena.node_ = reinterpret_cast<const GumboNode*>(arena.last_);
    return arena.last_;
}

void GuardedArena::release(void* self, void* block) {
    GuardedArena& arena = *static_cast<GuardedArena*>(self);
    if (block == nullptr || block != arena.last_) return;
    arena.at_ = arena.last_;
    if (block == arena.node_) arena.node_ = nullptr;
    arena.last_ = nullptr;
}

bool GuardedArena::holds(const void* node) const {
    const auto* at = static_cast<const std::byte*>(node);
    const std::less_equal<> le;
    return le(memory_.get(), at) && le(at + sizeof(GumboNode), at_) &&
           reinterpret_cast<uintptr_t>(at) % alignof(std::max_align_t) == 0;
}

// A parse asks for a tag's attributes one after the other, and for a node when the tag is whole.
bool GuardedArena::bounds_hold(size_t next_size) {
    work_ += depth_;
    if (work_ > kTreeWorkMax) return false;
    if (next_size == sizeof(GumboAttribute)) return ++attributes_ <= kTreeAttributesMax;
    if (next_size != sizeof(GumboNode)) return true;
    attributes_ = 0;
    depth_ = 0;
    for (const GumboNode* node = node_; node != nullptr && holds(node); node = node->parent)
        if (++depth_ > kTreeDepthMax) return false;
    return true;
}

}  // namespace crawld

// In the place of glibc's, for all of the program: Debian builds Gumbo 0.10.1 with its assertions,
// and pages exist that fail them (a table in a select in a foreignObject). Such a page is refused
// like one that passes a bound.
extern "C" [[noreturn]] void __assert_fail(const char* assertion, const char* file,  // NOLINT
                                           unsigned line, const char*) noexcept {
    if (crawld::parse_refused != nullptr)
        std::longjmp(*crawld::parse_refused, 1);  // NOLINT(cert-err52-cpp)
    crawld::check_failed(file, static_cast<int>(line), assertion);
}
