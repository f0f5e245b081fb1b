// Which tables of a database cannot be read, where RocksDB says only that it cannot be opened.
//
// Errors: none; what a crash left half written and nobody needs may be among them.
// Cost:   all tables are read.
// Test:   tests/unit/store/damage_test.cc
#pragma once

#include <rocksdb/env.h>

#include <string>

namespace crawld {

// The first few, joined by commas; empty: all can be read.
std::string damaged_tables(rocksdb::Env& env, const std::string& directory);

}  // namespace crawld
