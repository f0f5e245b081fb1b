#include "store/settings.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>

namespace crawld {

namespace {

constexpr int kOpenFilesMax = 256;
constexpr int kBloomBits = 10;
constexpr int kSeenRunsMax = 12;   // sorted runs before some of them are merged
constexpr int kQueueFilesMax = 8;  // new files before they are merged with the old ones
constexpr uint64_t kTableBytes = 32u << 20;
constexpr uint64_t kFirstLevelBytes = 128u << 20;

rocksdb::BlockBasedTableOptions table_settings(const SharedMemory& memory) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = memory.cache;
    table.checksum = rocksdb::kXXH3;
    // Index and filters live in the block cache, in pieces: memory is bounded however many URLs
    // are known, and a large filter is not evicted and read again as a whole.
    table.cache_index_and_filter_blocks = true;
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.pin_top_level_index_and_filter = true;
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
    table.metadata_block_size = 4096;
    return table;
}

rocksdb::ColumnFamilyOptions common_settings(size_t memtable_bytes) {
    rocksdb::ColumnFamilyOptions family;
    family.write_buffer_size = memtable_bytes;
    family.max_write_buffer_number = 3;
    family.level_compaction_dynamic_level_bytes = true;
    family.target_file_size_base = kTableBytes;
    family.max_bytes_for_level_base = kFirstLevelBytes;
    family.compression = rocksdb::kLZ4Compression;
    return family;
}

void set_table(rocksdb::ColumnFamilyOptions& family, const rocksdb::BlockBasedTableOptions& table) {
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
}

// Random 16-byte keys with values of a few bytes: nothing compresses, most look-ups miss.
rocksdb::ColumnFamilyOptions seen_settings(size_t memtable_bytes, const SharedMemory& memory) {
    rocksdb::ColumnFamilyOptions family = common_settings(memtable_bytes);
    family.compression = rocksdb::kNoCompression;
    // Merged in tiers. In levels every few new files are merged with all that is known: at five
    // million URLs 2 us a new one and rising, against 0.4 us and then once more for every
    // twelvefold. The price is more files to ask, which the frontier's filter mostly spares, and at
    // times as much room again on disk.
    family.compaction_style = rocksdb::kCompactionStyleUniversal;
    family.level0_file_num_compaction_trigger = kSeenRunsMax;
    // While a large merge is on, small files gather; to wait for it would cost more than to ask
    // them.
    family.level0_slowdown_writes_trigger = 4 * kSeenRunsMax;
    family.level0_stop_writes_trigger = 6 * kSeenRunsMax;
    // A miss ends at the memtable's own filter instead of in a skip list.
    family.memtable_whole_key_filtering = true;
    family.memtable_prefix_bloom_size_ratio = 0.05;
    // A commit's new URLs come sorted: each insert starts where the last one of its prefix ended
    // instead of at the skip list's head.
    family.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
    rocksdb::BlockBasedTableOptions table = table_settings(memory);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBits));
    table.block_size = 4096;
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    set_table(family, table);
    return family;
}

// Chunks of URLs, read in key order within one host: the first 8 bytes.
rocksdb::ColumnFamilyOptions queue_settings(size_t memtable_bytes, const SharedMemory& memory) {
    rocksdb::ColumnFamilyOptions family = common_settings(memtable_bytes);
    family.level0_file_num_compaction_trigger = kQueueFilesMax;
    family.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kQueuePrefixBytes));
    // Who reads a queue knows that it has something: no filter at the bottom level.
    family.optimize_filters_for_hits = true;
    rocksdb::BlockBasedTableOptions table = table_settings(memory);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBits));
    table.whole_key_filtering = false;
    table.block_size = 16384;
    set_table(family, table);
    return family;
}

// Rows read by their whole key.
rocksdb::ColumnFamilyOptions row_settings(size_t memtable_bytes, const SharedMemory& memory) {
    rocksdb::ColumnFamilyOptions family = common_settings(memtable_bytes);
    rocksdb::BlockBasedTableOptions table = table_settings(memory);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBits));
    set_table(family, table);
    return family;
}

// Rows read in order of time: a filter would never be asked.
rocksdb::ColumnFamilyOptions due_settings(size_t memtable_bytes, const SharedMemory& memory) {
    rocksdb::ColumnFamilyOptions family = common_settings(memtable_bytes);
    rocksdb::BlockBasedTableOptions table = table_settings(memory);
    table.partition_filters = false;
    set_table(family, table);
    return family;
}

}  // namespace

SharedMemory make_shared_memory(const StoreOptions& options) {
    return {.cache = rocksdb::NewLRUCache(options.cache.bytes),
            .memtables = std::make_shared<rocksdb::WriteBufferManager>(options.memtables.bytes)};
}

rocksdb::DBOptions database_settings(const StoreOptions& options, const SharedMemory& memory,
                                     rocksdb::Env& env) {
    rocksdb::DBOptions db;
    db.env = &env;
    db.create_if_missing = true;
    db.create_missing_column_families = true;
    db.write_buffer_manager = memory.memtables;
    // Point-in-time recovery, the default, may drop acknowledged writes after a bad record without
    // a word. This mode forgives an unfinished record at a log's end and nothing else; what more a
    // power cut may leave there is forgiven by a look (log_tail.h).
    db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    // Without it a family that is rarely written keeps every log since its last write.
    db.max_total_wal_size = std::max<uint64_t>(2 * options.memtables.bytes, mib(16).bytes);
    // False alarms in RocksDB 7.8.
    db.track_and_verify_wals_in_manifest = false;
    // With it a crash may keep a later batch and lose an earlier one.
    db.unordered_write = false;
    // One writer, the committer: the concurrent insert only costs.
    db.allow_concurrent_memtable_write = false;
    db.enable_write_thread_adaptive_yield = false;
    db.max_open_files = kOpenFilesMax;
    db.max_file_opening_threads = 1;
    db.max_background_jobs = 2;
    db.bytes_per_sync = 1u << 20;
    db.stats_dump_period_sec = 0;
    db.stats_persist_period_sec = 0;
    db.skip_stats_update_on_db_open = true;
    db.max_bgerror_resume_count = 0;
    return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> family_settings(const StoreOptions& options,
                                                             const SharedMemory& memory) {
    const size_t large = std::max<size_t>(options.memtables.bytes / 2, 1u << 20);
    const size_t memtable = std::max<size_t>(options.memtables.bytes / 3, 1u << 20);
    const size_t small = std::max<size_t>(options.memtables.bytes / 12, 1u << 18);
    std::vector<rocksdb::ColumnFamilyDescriptor> out;
    out.emplace_back(rocksdb::kDefaultColumnFamilyName, row_settings(small, memory));
    for (std::string_view name : enum_names(Family{})) {
        rocksdb::ColumnFamilyOptions settings;
        switch (static_cast<Family>(out.size() - 1)) {
            case Family::seen:
                settings = seen_settings(large, memory);
                break;
            case Family::queue:
                settings = queue_settings(memtable, memory);
                break;
            case Family::due:
                settings = due_settings(small, memory);
                break;
            case Family::host:
            case Family::archive:
            case Family::payload:
                settings = row_settings(memtable, memory);
                break;
            case Family::robots:
            case Family::meta:
                settings = row_settings(small, memory);
                break;
        }
        out.emplace_back(std::string(name), std::move(settings));
    }
    return out;
}

}  // namespace crawld
