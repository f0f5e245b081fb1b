// A log whose last writes a power cut tore: sectors that did not reach the disk read as zeros.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "store/commit_mark.h"
#include "store/log_tail.h"
#include "store/store.h"
#include "support/state_v1.h"
#include "support/temp_dir.h"
#include "unit/store/files.h"
#include "unit/store/forged_record.h"
#include "unit/store/small_store.h"

using namespace crawld;

namespace {

namespace fs = std::filesystem;
constexpr size_t kSector = 512;
constexpr size_t kHeadBytes = 7 + 12;  // of the record and of the batch

// The log of a database that had written so much before; each batch is one record.
std::string with_numbers_from(std::string log, uint64_t first) {
    for (size_t at = 0; at + kHeadBytes <= log.size();) {
        const size_t length = static_cast<uint8_t>(log[at + 4]) |
                              static_cast<size_t>(static_cast<uint8_t>(log[at + 5])) << 8;
        uint64_t number = 0;
        for (size_t i = 8; i-- > 0;)
            number = number << 8 | static_cast<uint8_t>(log[at + 7 + i]);
        put_little(log, at + 7, number + first, 8);
        put_little(log, at, masked_crc32c(std::string_view(log).substr(at + 6, length + 1)), 4);
        at += 7 + length;
    }
    return log;
}

// A state of four batches and its log, of which copies are damaged.
struct Log {
    explicit Log(bool third_synced = true, size_t value_bytes = 3000) {
        auto store = Store::open(dir / "db", kSmall);
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        for (int i = 0; i < 4; ++i) {
            Batch batch;
            batch.put(Family::seen, "key" + std::to_string(i),
                      "begins" + std::to_string(i) + std::string(value_bytes, 'v'));
            batch.put(Family::host, "of it", "too");
            REQUIRE((i == 2 && !third_synced ? (*store)->write_unsynced(batch)
                                             : (*store)->write(batch)));
        }
        (*store).reset();
        for (const auto& entry : fs::directory_iterator(dir / "db"))
            if (entry.path().extension() == ".log") name = entry.path().filename();
        std::ifstream in(fs::path(dir / "db") / name, std::ios::binary);
        std::ostringstream out;
        out << in.rdbuf();
        bytes = out.str();
    }

    size_t place_of(int row) const { return bytes.find("begins" + std::to_string(row)); }
    // The beginning of its record: behind it are the heads of record and batch, what is durable,
    // and of the row a tag, the family, lengths and the key.
    size_t head_of(int row) const {
        const size_t key_at = bytes.rfind("key", place_of(row));
        const size_t lengths = key_at - bytes.rfind(kDurableMark, key_at) - kLogDataBytes;
        return key_at - lengths - kLogDataBytes - 2 - kHeadBytes;
    }
    // The first sector that lies in the row as a whole.
    size_t sector_in(int row) const { return (place_of(row) / kSector + 1) * kSector; }
    static void empty(std::string& log, size_t from, size_t count = kSector) {
        std::fill_n(log.begin() + static_cast<std::ptrdiff_t>(from),
                    std::min(count, log.size() - from), '\0');
    }

    // How many of the rows a store of that log has, which must be the first ones. Without its mark
    // none of them is known to have returned.
    Result<size_t> rows(const std::string& log, bool read_only = false, bool marked = false,
                        const std::string& next = "", const std::string& behind = "") const {
        const std::string copy = dir / "copy";
        fs::remove_all(copy);
        fs::copy(dir / "db", copy);
        if (!marked) fs::remove(fs::path(copy) / kMarkName);
        std::ofstream(fs::path(copy) / name, std::ios::binary | std::ios::trunc) << log;
        if (!next.empty()) std::ofstream(fs::path(copy) / next, std::ios::binary) << behind;
        auto store = read_only ? Store::open_read_only(copy, kSmall) : Store::open(copy, kSmall);
        if (!store) return tl::unexpected(store.error());
        cut_bytes = (*store)->cut_bytes();
        size_t count = 0;
        for (const auto cursor = (*store)->scan(Family::seen, "", ""); cursor->valid();
             cursor->next())
            CHECK_EQ(cursor->key(), "key" + std::to_string(count++));
        return count;
    }

    std::string next_name() const { return log_name(*parse_uint(name.substr(0, 6)) + 1); }
    // Where the logs end, these two in a directory of their own.
    Result<std::vector<LogPosition>> cuts(const std::string& log, const std::string& behind,
                                          const NeededLogs& needed) const {
        const std::string copy = dir / "logs";
        fs::remove_all(copy);
        fs::create_directory(copy);
        std::ofstream(fs::path(copy) / name, std::ios::binary) << log;
        std::ofstream(fs::path(copy) / next_name(), std::ios::binary) << behind;
        return find_cuts(copy, needed);
    }

    TempDir dir;
    std::string name;
    std::string bytes;
    mutable uint64_t cut_bytes = 0;  // as rows() opened
};

}  // namespace

TEST_CASE("a log whose last write lacks any of its sectors loses that write only") {
    for (const size_t value_bytes : {size_t{3000}, size_t{70'000}}) {
        const Log log(true, value_bytes);
        const size_t step = value_bytes > 10'000 ? 8 * kSector : kSector;
        for (size_t at = log.sector_in(3); at < log.bytes.size(); at += step) {
            CAPTURE(at);
            std::string torn = log.bytes, rest = log.bytes;
            Log::empty(torn, at);
            Log::empty(rest, at, rest.size());
            for (const std::string& left : {torn, rest})
                for (const bool read_only : {true, false}) {
                    const auto rows = log.rows(left, read_only);
                    REQUIRE_MESSAGE(rows.has_value(), rows.error().message);
                    CHECK_EQ(*rows, 3);
                }
        }
    }
}

TEST_CASE("what is empty in a write that had returned is damage, its head too") {
    const Log log;
    CHECK_EQ(log.rows(log.bytes, false, true), 4);
    for (const int row : {0, 1, 2, 3}) {
        const size_t head = log.head_of(row);
        for (const auto& [at, count] :
             {std::pair{head, 2 * kHeadBytes}, std::pair{log.sector_in(row), kSector}}) {
            std::string damaged = log.bytes;
            Log::empty(damaged, at, count);
            for (const bool read_only : {true, false}) {
                const auto rows = log.rows(damaged, read_only, true);
                REQUIRE_FALSE(rows.has_value());
                CHECK_EQ(rows.error().code, ErrorCode::corrupt);
                CHECK_NE(rows.error().message.find(log.name), std::string::npos);
            }
        }
    }
}

TEST_CASE("a write that lacks a sector is damage where a later one had begun") {
    const Log log;
    for (const int row : {0, 1, 2}) {
        std::string damaged = log.bytes;
        Log::empty(damaged, log.sector_in(row));
        const auto rows = log.rows(damaged);
        REQUIRE_FALSE(rows.has_value());
        CHECK_EQ(rows.error().code, ErrorCode::corrupt);
        CHECK_NE(rows.error().message.find(log.name), std::string::npos);
    }
}

TEST_CASE("a write that nobody waited for may lack any sector though the next one is whole") {
    for (const size_t value_bytes : {size_t{3000}, size_t{70'000}}) {
        const Log log(false, value_bytes);
        const size_t head = log.head_of(2);
        const size_t step = value_bytes > 10'000 ? 8 * kSector : kSector;
        for (size_t at = head; at < log.head_of(3); at = (at / kSector) * kSector + step) {
            CAPTURE(at);
            std::string torn = log.bytes;
            Log::empty(torn, at, kSector - at % kSector);
            for (const bool read_only : {true, false})
                for (const bool marked : {true, false}) {
                    // The mark says that the one behind it had returned.
                    const auto rows = log.rows(torn, read_only, marked);
                    CHECK_MESSAGE(rows.has_value() == !marked, (rows ? "" : rows.error().message));
                    if (rows) CHECK_EQ(*rows, 2);
                }
            if (at + kSector > log.head_of(3)) continue;  // which tells what had returned
            Log::empty(torn, log.sector_in(1));
            CHECK_FALSE(log.rows(torn).has_value());
        }
    }
}

TEST_CASE("a head of zeros is not passed over, though no mark says what had returned") {
    for (const size_t value_bytes : {size_t{3000}, size_t{70'000}}) {
        const Log log(true, value_bytes);
        for (const int row : {0, 1, 2}) {
            std::string damaged = log.bytes;
            Log::empty(damaged, log.head_of(row), 2 * kHeadBytes);
            for (const bool read_only : {true, false}) {
                const auto rows = log.rows(damaged, read_only);
                REQUIRE_FALSE(rows.has_value());
                CHECK_EQ(rows.error().code, ErrorCode::corrupt);
                CHECK_NE(rows.error().message.find(log.name), std::string::npos);
            }
        }
        std::string torn = log.bytes;
        Log::empty(torn, log.head_of(3), kSector - log.head_of(3) % kSector);
        const auto rows = log.rows(torn);
        REQUIRE_MESSAGE(rows.has_value(), rows.error().message);
        CHECK_EQ(*rows, 3);
    }
}

TEST_CASE("what follows a hole is not taken, in the logs behind it neither") {
    const Log log(false);
    const std::string next = log.next_name();
    std::string torn = log.bytes;
    Log::empty(torn, log.head_of(2), kSector - log.head_of(2) % kSector);
    // What was in flight as the power went has begun another log.
    const std::string behind = log.bytes.substr(log.head_of(3));
    for (const bool read_only : {true, false}) {
        const auto rows = log.rows(torn.substr(0, log.head_of(3)), read_only, false, next, behind);
        REQUIRE_MESSAGE(rows.has_value(), rows.error().message);
        CHECK_EQ(*rows, 2);
    }
    // Of one that began when more had returned it is damage.
    const Log synced;
    std::string damaged = synced.bytes.substr(0, synced.head_of(3));
    Log::empty(damaged, synced.head_of(2), kSector - synced.head_of(2) % kSector);
    CHECK_FALSE(synced.rows(damaged, false, false, next, synced.bytes.substr(synced.head_of(3))));
}

TEST_CASE("a flipped bit in the last write is damage") {
    const Log log;
    for (size_t at = log.place_of(3); at < log.bytes.size(); at += 97) {
        std::string damaged = log.bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        CHECK_FALSE(log.rows(damaged).has_value());
    }
}

TEST_CASE("logs that are whole or empty are not cut, nor is what is not needed looked at") {
    const Log log;
    const std::string path = log.dir / "db";
    CHECK(find_cuts(path, {.first = 0}).value().empty());
    std::ofstream(fs::path(path) / "000099.log") << "";
    CHECK(find_cuts(path, {.first = 0}).value().empty());
    std::ofstream(fs::path(path) / "000002.log") << std::string(600, '\0');
    CHECK_FALSE(find_cuts(path, {.first = 0}).has_value());
    CHECK(find_cuts(path, {.first = 3}).value().empty());
    CHECK(find_cuts(log.dir / "none", {}).value().empty());
}

TEST_CASE("a log that cannot be read is no damage") {
    const TempDir dir;
    // Reading at its beginning is an error, whoever asks.
    fs::create_symlink("/proc/self/mem", dir / "000009.log");
    const auto cuts = find_cuts(dir.path().string(), {.first = 0});
    REQUIRE_FALSE(cuts.has_value());
    CHECK_EQ(cuts.error().code, ErrorCode::io);
    const Status logs = check_logs({.manifest = {}, .logs = {{9, 0}}}, 0, dir.path().string());
    REQUIRE_FALSE(logs.has_value());
    CHECK_EQ(logs.error().code, ErrorCode::io);
    CHECK_NE(logs.error().message.find("000009.log"), std::string::npos);
}

TEST_CASE("what follows a write that is missing at a log's end is not taken") {
    const Log log(false);
    const std::string until_third = log.bytes.substr(0, log.head_of(2));
    const std::string until_fourth = log.bytes.substr(0, log.head_of(3));
    const std::string fourth = log.bytes.substr(log.head_of(3));
    for (const bool read_only : {true, false}) {
        const auto rows = log.rows(until_third, read_only, false, log.next_name(), fourth);
        REQUIRE_MESSAGE(rows.has_value(), rows.error().message);
        CHECK_EQ(*rows, 2);
        CHECK_EQ(log.cut_bytes, read_only ? 0 : fourth.size());
    }
    CHECK_EQ(log.rows(until_fourth, false, false, log.next_name(), fourth), 4);
    CHECK_EQ(log.cut_bytes, 0);
}

// As Store::resume() leaves them: the operation before the probe was not logged.
TEST_CASE("a log joins the one before with a number missing only if it begins with the probe") {
    const TempDir dir;
    std::vector<size_t> ends;
    {
        auto store = Store::open(dir / "db", kSmall);
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        const fs::path log = fs::path(dir / "db") / log_name(log_numbers(dir / "db").back());
        for (const auto& [family, key] : {std::pair{Family::seen, "key"},
                                          {Family::seen, "missing"},
                                          {Family::meta, "store/format"},
                                          {Family::seen, "missing"},
                                          {Family::meta, "store/formal"},
                                          {Family::seen, "behind it"}}) {
            Batch batch;
            batch.put(family, key, std::string("\0\0\0\2", 4));
            REQUIRE((*store)->write_unsynced(batch));
            ends.push_back(fs::file_size(log));
        }
    }
    const uint64_t number = log_numbers(dir / "db").back();
    const std::string bytes = contents(fs::path(dir / "db") / log_name(number));
    const auto cuts = [&](size_t until, size_t from, size_t to) {
        const std::string logs = dir / "logs";
        fs::remove_all(logs);
        fs::create_directory(logs);
        std::ofstream(fs::path(logs) / log_name(number)) << bytes.substr(0, until);
        std::ofstream(fs::path(logs) / log_name(number + 1)) << bytes.substr(from, to - from);
        return find_cuts(logs, {}).value();
    };
    CHECK(cuts(ends[0], ends[0], ends[1]).empty());
    CHECK(cuts(ends[0], ends[1], ends[2]).empty());  // the probe
    for (const auto& [until, from] : {std::pair{1, 2}, {2, 3}, {3, 4}}) {
        const auto cut = cuts(ends[static_cast<size_t>(until)], ends[static_cast<size_t>(from)],
                              ends[static_cast<size_t>(from) + 1]);
        const int last = until;
        CAPTURE(last);
        REQUIRE_EQ(cut.size(), 1);
        CHECK_EQ(cut.front().log, number + 1);
        CHECK_EQ(cut.front().bytes, 0);
    }
}

TEST_CASE("a write that had returned and is missing at a log's end is damage, or the whole log") {
    const Log log;
    for (const int missing : {0, 1, 2}) {
        const std::string before = log.bytes.substr(0, log.head_of(missing));
        const std::string behind = log.bytes.substr(log.head_of(missing + 1));
        for (const bool read_only : {true, false})
            for (const std::string& left : {before, std::string()}) {
                const auto rows = log.rows(left, read_only, false, log.next_name(), behind);
                REQUIRE_FALSE(rows.has_value());
                CHECK_EQ(rows.error().code, ErrorCode::corrupt);
                CHECK_NE(rows.error().message.find(log.next_name()), std::string::npos);
            }
    }
}

TEST_CASE("the numbers of operations may be of any size") {
    for (const uint64_t first : {uint64_t{0}, uint64_t{UINT32_MAX} - 2, uint64_t{1} << 32,
                                 (uint64_t{1} << 40) + 7, uint64_t{1} << 55}) {
        CAPTURE(first);
        const Log log, unsynced(false);
        const NeededLogs needed{.first = 0, .last_sequence = first};
        const auto torn_at = [&](const Log& of, int row) {
            std::string torn = with_numbers_from(of.bytes, first);
            Log::empty(torn, of.head_of(row), kSector - of.head_of(row) % kSector);
            return torn;
        };
        CHECK(log.cuts(with_numbers_from(log.bytes, first), "", needed).value().empty());
        // The version's row, the first batch, is what is bad.
        std::string no_first = with_numbers_from(log.bytes, first);
        Log::empty(no_first, 0);
        for (const std::string& torn : {no_first, torn_at(log, 1), torn_at(log, 2)}) {
            const auto refused = log.cuts(torn, "", needed);
            REQUIRE_FALSE(refused.has_value());
            CHECK_NE(refused.error().message.find("which was durable when"), std::string::npos);
        }
        CHECK_EQ(log.cuts(torn_at(log, 3), "", needed).value().front().bytes, log.head_of(3));
        const auto cut = unsynced.cuts(torn_at(unsynced, 2), "", needed);
        REQUIRE_MESSAGE(cut.has_value(), cut.error().message);
        CHECK_EQ(cut->front().bytes, unsynced.head_of(2));
        const std::string all = with_numbers_from(log.bytes, first);
        CHECK_FALSE(log.cuts(all.substr(0, log.head_of(2)), all.substr(log.head_of(3)), needed)
                        .has_value());
        CHECK(log.cuts(all.substr(0, log.head_of(3)), all.substr(log.head_of(3)), needed)
                  .value()
                  .empty());
    }
}

TEST_CASE("text of others in a torn write that looks like a record of an older crawld is text") {
    for (const bool third_synced : {true, false}) {
        const Log log(third_synced);
        const int row = third_synced ? 3 : 2;
        std::string torn = log.bytes;
        Log::empty(torn, log.head_of(row), kSector - log.head_of(row) % kSector);
        const std::string forged = forged_record(third_synced ? 8 : 6, 1, "Disallow: /private\n");
        torn.replace(log.sector_in(row) + kSector, forged.size(), forged);
        for (const bool read_only : {true, false}) {
            const auto rows = log.rows(torn, read_only);
            REQUIRE_MESSAGE(rows.has_value(), rows.error().message);
            CHECK_EQ(*rows, static_cast<size_t>(row));
        }
    }
}

TEST_CASE("a torn log of a crawld that did not note what was durable ends where it is torn") {
    const TempDir dir;
    test::make_state_v1(dir / "old");
    fs::path log;
    for (const auto& entry : fs::directory_iterator(dir / "old"))
        if (entry.path().extension() == ".log") log = entry.path();
    const std::string bytes = contents(log);
    const size_t rows = test::rows_of_state_v1().size();
    const auto open = [&](const std::string& left) {
        fs::remove_all(dir / "db");
        fs::copy(dir / "old", dir / "db");
        std::ofstream(fs::path(dir / "db") / log.filename(), std::ios::binary) << left;
        return Store::open(dir / "db", kSmall);
    };
    const auto known = [&](Store& store) {
        size_t count = 0;
        for (size_t i = 0; i < kFamilies; ++i)
            for (const auto cursor = store.scan(static_cast<Family>(i), "", ""); cursor->valid();
                 cursor->next())
                ++count;
        return count;
    };
    std::string torn = bytes;
    Log::empty(torn, bytes.size() / kSector * kSector);
    for (const std::string& left : {bytes.substr(0, bytes.size() - 1), torn}) {
        const auto store = open(left);
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        CHECK_EQ((*store)->upgraded_from(), 1);
        CHECK_LT(known(**store), rows);
        CHECK_GT((*store)->cut_bytes(), 0);
    }
    // What may have been committed lies behind.
    std::string damaged = bytes;
    Log::empty(damaged, kSector);
    const auto store = open(damaged);
    REQUIRE_FALSE(store.has_value());
    CHECK_EQ(store.error().code, ErrorCode::corrupt);
    CHECK_MESSAGE(store.error().message.find("did not note") != std::string::npos,
                  store.error().message);
}
