// What a power cut leaves of the last writes to the write-ahead logs, and to the manifest, which is
// written in records of the same form.
//
// Bytes that were not synced reach the disk in sectors and in any order: where the file has its
// length already, sectors that did not arrive read as zeros. RocksDB forgives a log that ends too
// early, takes most such holes for damage, and passes over one where a record begins, with what
// follows in its block, without a word. So the logs are read here before: each batch of ours
// begins with how far the logs were durable as it was written. A log may end at its first bad
// record if a sector of zeros follows or the file ends within the record, and no batch behind it,
// in this log or a later one, says that more had been durable. Then nothing which anybody was told
// of is lost, and all from there on is cut, so that no write is kept of which an earlier one is
// missing. Who only reads sees it cut (cut_logs.h).
//
// A log may also have lost its end at a record's end, which nothing in it tells: then the number of
// the first operation in the next log is not the one behind its last. It ends there likewise.
//
// Anything else, as a flipped bit in the last record, is damage; and so is a hole in a log of an
// older crawld, whose batches do not say how far the logs were durable, with a batch behind it:
// RocksDB would pass over some such holes, and over what was committed behind them.
// Bound:  a log is in memory once; 400 megabytes a second.
// Source: RocksDB 7.8, db/log_reader.cc; contract.md, D7.
// Test:   tests/unit/store/log_tail_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/commit_mark.h"
#include "store/log_record.h"

namespace crawld {

// Where files end of which a power cut left more.
struct Cuts {
    std::optional<LogPosition> manifest{};
    std::vector<LogPosition> logs{};
    bool empty() const { return !manifest && logs.empty(); }
};

// What the manifest says of the logs.
struct NeededLogs {
    uint64_t first = 0;          // the number of the first one that is not in tables as a whole
    uint64_t last_sequence = 0;  // of what is in tables, or a higher one
};

// Of those that are there, in order.
std::vector<uint64_t> log_numbers(const std::string& directory);
// Where the log's first bad record begins; its size if there is none. Errors: io, permission.
Result<uint64_t> first_bad_byte(const std::string& path);

// How much of the needed logs is to be read; those that are whole are left out.
// Errors: corrupt, naming the log; io.
Result<std::vector<LogPosition>> find_cuts(const std::string& directory, const NeededLogs& needed);
// How much of the manifest is to be read, of which so many bytes were durable; nothing where it is
// whole, or has what no power cut leaves, which RocksDB tells. Each change of it is synced before
// anything is done because of it, so that a torn one may end where the first that is not whole
// begins: were it one that had been synced, files would be missing that the manifest names then,
// tables or the first needed log. Errors: corrupt, naming it; io.
Result<std::optional<LogPosition>> find_manifest_cut(const std::string& directory,
                                                     FileMark durable);
// Durably, the last log first, so that a crash leaves what is found again; how many bytes were cut
// off. Errors: io, permission.
Result<uint64_t> cut_files(const std::string& directory, const Cuts& cuts);

}  // namespace crawld
