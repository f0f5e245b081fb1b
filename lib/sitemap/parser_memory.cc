#include "sitemap/parser_memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/check.h"

namespace crawld {
namespace {

struct alignas(std::max_align_t) BlockHeader {
    size_t size;
    size_t* owner_bytes;
};

BlockHeader* header_of(void* block) {
    return static_cast<BlockHeader*>(block) - 1;
}

}  // namespace

thread_local ParserMemory* ParserMemory::current_ = nullptr;

ParserMemory::~ParserMemory() {
    CRAWLD_CHECK(bytes_ == 0);
}

ParserMemory::Use::Use(ParserMemory& memory) : outer_(current_) {
    current_ = &memory;
}

ParserMemory::Use::~Use() {
    current_ = outer_;
}

void* ParserMemory::allocate(size_t size) {
    CRAWLD_CHECK(current_ != nullptr);
    if (size > current_->bytes_max_ - current_->bytes_) return nullptr;
    auto* header = static_cast<BlockHeader*>(std::malloc(sizeof(BlockHeader) + size));
    if (header == nullptr) return nullptr;
    *header = {.size = size, .owner_bytes = &current_->bytes_};
    current_->bytes_ += size;
    return header + 1;
}

void* ParserMemory::reallocate(void* block, size_t size) {
    void* larger = allocate(size);
    if (block == nullptr || larger == nullptr) return larger;
    std::memcpy(larger, block, std::min(size, header_of(block)->size));
    release(block);
    return larger;
}

void ParserMemory::release(void* block) {
    if (block == nullptr) return;
    BlockHeader* header = header_of(block);
    *header->owner_bytes -= header->size;
    std::free(header);
}

}  // namespace crawld
