// PlaceStream: where the database says that the last visit of each archived URL lies, and where the
// lists of pages say that visits do, in the order of files and offsets.
//
// Errors: those of store/ and sorter.h; rows that cannot be read are faults.
// Bound:  the sorter's memory.
// Thread: one.
// Test:   tests/unit/audit/
#pragma once

#include <optional>
#include <string>

#include "audit/faults.h"
#include "crawl/archive_rows.h"
#include "exchange/sorter.h"
#include "store/store.h"
#include "url/keys.h"

namespace crawld {

struct Place {
    std::string file;
    uint64_t offset = 0;
    uint64_t length = 0;
    UrlKey key{};
    std::string payload;
    std::string list;    // its path; empty: the database says so
    uint64_t line = 0;   // of the list
    WallTime fetched{};  // as the list has it
};

class PlaceStream {
  public:
    explicit PlaceStream(std::string temporary_directory);

    // Reads the rows of the database.
    Status read(Store& store, FaultList& faults);
    Status add(const Place& listed);
    // Behind the last of them.
    Status begin();
    // The next one; nothing at the end. Of one offset the database's is the first.
    const std::optional<Place>& next() const { return next_; }
    Status advance();

  private:
    static constexpr size_t kSortBytes = 64 << 20;
    Sorter sorter_;
    std::optional<Place> next_;
};

}  // namespace crawld
