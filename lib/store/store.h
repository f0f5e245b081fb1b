// Store: the state database, one RocksDB per state directory.
//
// How things move in this folder: callers build a Batch of puts and erases over the column
// families (design.md section 6) and write it atomically; with sync, a success is durable. Keys are
// big-endian bytes so that order on disk is order of numbers. Nothing above store/ sees RocksDB.
//
// open() first looks without touching (look.h): a directory that is not ours, was written by a
// newer version, or has lost the end of a log or manifest (commit_mark.h), is refused as it was
// found. Then RocksDB recovers from its write-ahead log, with the settings of settings.cc. What
// RocksDB says of a failure becomes one of our errors in status.cc. store_env.h opens on a file
// system of the caller's, for fault tests.
//
// A failed write leaves nothing of itself to readers, and the store refuses all further writes:
// what the kernel did with the pages of a failed sync is unknown (contract, Durability). The one
// exception is a full disk: RocksDB then abandons the log, flushes what is in memory to new files,
// and resume() says whether that worked. If the process dies first, the next open() may find the
// failed batch whole, or not at all.
//
// On disk: the database, COMMITTED (commit_mark.h), RocksDB's own log in LOG and LOG.old
//          (info_log.h), LOCK.
//          The row "store/format" of the family meta holds kStateFormatVersion as 4 bytes.
// Thread: all calls from any thread; a Cursor and a Batch belong to one.
// Errors: locked (75) when another process has the directory, corrupt (65) for damage, a newer
//         format version or a foreign directory, permission (77), cannot_create (73), io (74: also
//         a full disk, for which no_space() is then true). After a failed write the database is
//         read-only: the process must exit and recover (contract, Durability).
// Bound:  memory_bytes() stays within cache + memtables, give or take a flush in flight; 256 open
//         files; one flush and one compaction at a time. On disk `seen` takes at times twice its
//         size, while it is merged.
// Source: facts.md section 4 for every setting that is not a default.
// Test:   tests/unit/store/, tests/faults/
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/options.h"

namespace crawld {

// A new version is what the crawld of before would not read, or would go on with wrongly: a family
// more, a key or a value of another form (a new version byte of a row too), a row that it would
// have to heed, another meaning of one, and another form of COMMITTED or of the data in the logs.
// What it passes over without harm is none. With the new version come, in the same change: its line
// here, a state of the one before as text beside tests/unit/frontier/state_v1.txt, which is read
// for ever, and the upgrade, if one is needed beyond this: open() writes the version in one synced
// batch, before anything that an older crawld does not know, and makes the families that are
// missing.
//     1  the families up to meta, or archive, or payload
//     2  all families; the archive's rows name a copy of another URL, sealed files and lists of
//        pages have rows in meta
// Nothing is rewritten from 1 to 2: rows of both are read alike.
inline constexpr uint32_t kStateFormatVersion = 2;

// A new one comes last: a state of before has none, and it is made there.
enum class Family : uint8_t { seen, host, queue, due, robots, meta, archive, payload };
inline constexpr size_t kFamilies = 8;
constexpr std::array<std::string_view, kFamilies> enum_names(Family) {
    return {"seen", "host", "queue", "due", "robots", "meta", "archive", "payload"};
}

// Puts and erases that happen together, in the order given: the last word on a key counts.
class Batch {
  public:
    void put(Family family, std::string_view key, std::string_view value);
    void erase(Family family, std::string_view key);
    void erase_range(Family family, std::string_view begin, std::string_view end);  // [begin, end)
    size_t count() const { return count_; }
    size_t bytes() const { return operations_.size(); }
    void clear();

    // What was added after mark() goes away at rollback(), so that a failed write can be tried
    // again with what the caller had in the batch before.
    struct Mark {
        size_t bytes = 0;
        size_t count = 0;
    };
    Mark mark() const { return {operations_.size(), count_}; }
    void rollback(Mark mark);

  private:
    friend class Store;
    void add(char kind, Family family, std::string_view first, std::string_view second);

    std::string operations_;  // kind(1) family(1) size(4) size(4) first second, one after another
    size_t count_ = 0;
};

// Whether what a walk reads drives out of the cache what is asked for one by one.
enum class Caching : uint8_t { keep, spare };

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
    // Creates the directory's database if it is empty, upgrades one of an older version in place,
    // refuses foreign ones and newer versions.
    static Result<std::unique_ptr<Store>> open(const std::string& directory,
                                               const StoreOptions& options);
    // What is there, as it stands and of any version up to ours, without changing a byte: no
    // write() may follow. The directory's lock is held as by open(), because the files of a running
    // instance come and go. Without a database: no_input (66).
    static Result<std::unique_ptr<Store>> open_read_only(const std::string& directory,
                                                         const StoreOptions& options);
    ~Store();

    Result<std::optional<std::string>> get(Family family, std::string_view key);
    // In the order of `keys`; sorted keys are cheaper.
    Result<std::vector<std::optional<std::string>>> multi_get(Family family,
                                                              const std::vector<std::string>& keys);
    // The same without an allocation a key: `keys` are laid end to end, `key_bytes` each, sorted.
    // found(i, value) is called for those that exist, in order; the value lives for that call.
    using Found = std::function<void(size_t index, std::string_view value)>;
    Status multi_get(Family family, std::string_view keys, size_t key_bytes, const Found& found);

    Status write(const Batch& batch);  // atomic; synced unless options.sync is false
    // Atomic, seen by reads at once, and durable with the next write() at the latest. For what may
    // be done again after a crash.
    Status write_unsynced(const Batch& batch);
    // A cursor over `queue` should stay within one host, where a filter spares files.
    std::unique_ptr<Cursor> scan(Family family, std::string_view from, std::string_view end,
                                 Caching caching = Caching::keep);

    // Reads every table whole: corrupt, naming the file, where a checksum does not hold.
    Status verify_checksums();
    bool was_new() const;  // this open() created it
    // The version that this open() found, if it was an older one.
    std::optional<uint32_t> upgraded_from() const;
    // How much this open() cut off of what a power cut left of the last writes (log_tail.h).
    uint64_t cut_bytes() const;
    bool no_space() const;  // the last failed write failed for want of space
    // After no_space: tries to leave the read-only state; ok when writing works again. Call it now
    // and then. When it fails and no_space() is false, only a restart helps.
    Status resume();
    size_t memory_bytes() const;

  private:
    friend struct StoreAccess;
    Store();
    Status write(const Batch& batch, bool synced);
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace crawld
