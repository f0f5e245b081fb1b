#include <cstring>

#include "base/check.h"
#include "store/operations.h"
#include "store/store.h"

namespace crawld {

void Batch::add(char kind, Family family, std::string_view first, std::string_view second) {
    const operations::Header header{.kind = kind,
                                    .family = family,
                                    .first_bytes = static_cast<uint32_t>(first.size()),
                                    .second_bytes = static_cast<uint32_t>(second.size())};
    CRAWLD_CHECK(header.first_bytes == first.size() && header.second_bytes == second.size());
    const size_t at = operations_.size();
    operations_.resize(at + sizeof header);
    std::memcpy(operations_.data() + at, &header, sizeof header);
    operations_.append(first);
    operations_.append(second);
    ++count_;
}

void Batch::put(Family family, std::string_view key, std::string_view value) {
    add(operations::kPut, family, key, value);
}

void Batch::erase(Family family, std::string_view key) {
    add(operations::kErase, family, key, {});
}

void Batch::erase_range(Family family, std::string_view begin, std::string_view end) {
    add(operations::kEraseRange, family, begin, end);
}

void Batch::clear() {
    operations_.clear();
    count_ = 0;
}

void Batch::rollback(Mark mark) {
    CRAWLD_CHECK(mark.bytes <= operations_.size() && mark.count <= count_);
    operations_.resize(mark.bytes);
    count_ = mark.count;
}

}  // namespace crawld
