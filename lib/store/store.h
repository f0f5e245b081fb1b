// Store: the state database, one RocksDB per state directory.
//
// How things move in this folder: callers build a Batch of puts and erases over the column
// families (design.md section 6) and write it atomically; with sync, a success is durable. Keys are
// big-endian bytes so that order on disk is order of numbers. Nothing above store/ sees RocksDB.
//
// Thread: all calls from any thread; a Cursor belongs to one.
// Errors: locked (75) when another process has the directory, corrupt (65) for damage, another
//         format version or a foreign directory, permission (77), cannot_create (73), io (74: also
//         a full disk, for which no_space() is then true). After a failed synced write the
//         database is read-only: the process must exit and recover (contract, Durability).
// Source: facts.md section 4 for every setting that is not a default.
// Test:   tests/unit/store/
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "base/result.h"

namespace crawld {

inline constexpr uint32_t kStateFormatVersion = 1;

enum class Family : uint8_t { seen, host, queue, due, robots, meta };
inline constexpr size_t kFamilies = 6;
constexpr std::array<std::string_view, kFamilies> enum_names(Family) {
    return {"seen", "host", "queue", "due", "robots", "meta"};
}

struct StoreOptions {
    ByteSize cache = mib(64);         // block cache, with filters and indexes in it
    ByteSize memtables = mib(48);     // all families together
    bool sync = true;                 // false only in benchmarks: no durability
};

class Batch {
  public:
    Batch();
    ~Batch();
    Batch(Batch&&) noexcept;
    Batch& operator=(Batch&&) noexcept;
    void put(Family family, std::string_view key, std::string_view value);
    void erase(Family family, std::string_view key);
    void erase_range(Family family, std::string_view begin, std::string_view end);
    size_t count() const;
    size_t bytes() const;
    void clear();

  private:
    friend class Store;
    struct State;
    std::unique_ptr<State> state_;
};

// Walks keys >= `from` in order, until `end` (exclusive; empty: the family's end).
class Cursor {
  public:
    virtual ~Cursor() = default;
    virtual bool valid() const = 0;
    virtual void next() = 0;
    virtual std::string_view key() const = 0;    // until next()
    virtual std::string_view value() const = 0;  // until next()
    virtual Status status() const = 0;           // check after the loop
};

class Store {
  public:
    // Creates the directory's database if it is empty, refuses foreign ones and other versions.
    static Result<std::unique_ptr<Store>> open(const std::string& directory,
                                               const StoreOptions& options);
    ~Store();

    Result<std::optional<std::string>> get(Family family, std::string_view key);
    // In the order of `keys`; sorted keys are cheaper.
    Result<std::vector<std::optional<std::string>>> multi_get(
        Family family, const std::vector<std::string>& keys);
    Status write(Batch& batch);  // atomic; synced unless options.sync is false
    std::unique_ptr<Cursor> scan(Family family, std::string_view from, std::string_view end);

    bool was_new() const;   // this open() created it
    bool no_space() const;  // the last failed write failed for want of space
    // After no_space: tries to leave the read-only state; ok when writing works again.
    Status resume();
    size_t memory_bytes() const;

  private:
    Store();
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace crawld
