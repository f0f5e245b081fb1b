// A state of format version 1 as an early crawld left it: the rows of
// tests/unit/frontier/state_v1.txt in the families that there were then.
#pragma once

#include <doctest/doctest.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "store/store.h"
#include "support/testdata.h"

namespace crawld::test {

// The families up to `meta` were the first ones; then came `archive`, and then `payload`.
inline constexpr size_t kFirstFamilies = 6;

inline std::string unescaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        if (!text.starts_with('\\')) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        REQUIRE_GE(text.size(), 4);
        out += static_cast<char>(hex_value(text[2]) * 16 + hex_value(text[3]));
        text.remove_prefix(4);
    }
    return out;
}

struct StoredRow {
    Family family{};
    std::string key;
    std::string value;
};

inline std::vector<StoredRow> rows_of_state_v1() {
    std::ifstream in(source_path("tests/unit/frontier/state_v1.txt"));
    REQUIRE(in.is_open());
    std::string text;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with('+'))
            text += line.substr(1);
        else if (!line.starts_with('#'))
            text += (text.empty() ? "" : "\n") + line;
    std::vector<StoredRow> rows;
    for (const std::string_view line : split(text, '\n')) {
        const auto words = split(line, ' ');
        REQUIRE_EQ(words.size(), 3);
        StoredRow row{.key = unescaped(words[1]), .value = unescaped(words[2])};
        REQUIRE(parse_text(words[0], row.family));
        rows.push_back(std::move(row));
    }
    return rows;
}

// In a directory that is not there yet; `families` of ours. Synced, and not only in the log.
inline void make_state_v1(const std::string& directory, size_t families = kFirstFamilies,
                          rocksdb::Env* env = rocksdb::Env::Default()) {
    std::filesystem::create_directories(directory);
    rocksdb::Options options;
    options.env = env;
    options.create_if_missing = options.create_missing_column_families = true;
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    wanted.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
    for (const std::string_view name : enum_names(Family{}))
        if (wanted.size() <= families)
            wanted.emplace_back(std::string(name), rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    REQUIRE(rocksdb::DB::Open(options, directory, wanted, &handles, &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    rocksdb::WriteOptions synced;
    synced.sync = true;
    // Its version first, as it was made.
    const std::vector<StoredRow> rows = rows_of_state_v1();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row)
        REQUIRE(db->Put(synced, handles[static_cast<size_t>(row->family) + 1], row->key, row->value)
                    .ok());
    for (rocksdb::ColumnFamilyHandle* handle : handles)
        REQUIRE(db->DestroyColumnFamilyHandle(handle).ok());
    REQUIRE(db->Close().ok());
}

// The families of a database, in the order in which they were made, and its format version.
struct FormatOnDisk {
    size_t families = 0;
    uint32_t version = 0;
};
inline FormatOnDisk format_on_disk(const std::string& directory) {
    std::vector<std::string> names;
    REQUIRE(rocksdb::DB::ListColumnFamilies({}, directory, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const char* name : {"default", "meta"})
        wanted.emplace_back(name, rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    REQUIRE(rocksdb::DB::OpenForReadOnly({}, directory, wanted, &handles, &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    std::string value;
    REQUIRE(db->Get({}, handles[1], "store/format", &value).ok());
    for (rocksdb::ColumnFamilyHandle* handle : handles)
        REQUIRE(db->DestroyColumnFamilyHandle(handle).ok());
    REQUIRE_EQ(value.size(), 4);
    return {names.size() - 1, static_cast<uint8_t>(value[3])};
}

}  // namespace crawld::test
