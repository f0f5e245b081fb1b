// look_at(): a look at a state directory that changes nothing: whose it is, of which format
// version, and how much of its logs and its manifest a power cut left.
//
// The version is told before anything else that a newer crawld may have made otherwise: a table of
// which this one does not know is a newer state's, and only with a version of ours another's.
//
// Errors: corrupt (65): not ours, newer, or damaged, as Store::open() says. locked (75).
// Thread: any; the directory's lock is held meanwhile.
// Test:   tests/unit/store/damage_test.cc, tests/unit/store/version_test.cc
#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/info_log.h"
#include "store/log_tail.h"

namespace crawld {

struct Look {
    bool is_there = false;  // a database
    uint32_t version = 0;   // 0: nothing was ever written, its making was cut short and may go on
    size_t families = 1;    // that it has, the first ones of family_settings()
    Cuts cuts{};            // where files end that a power cut tore
};
Result<Look> look_at(rocksdb::Env& env, const std::string& directory);

// The environment for a database with these cuts; `made` owns it, if it is another.
rocksdb::Env& env_for(rocksdb::Env& env, const Look& look, std::unique_ptr<rocksdb::Env>& made);

// RocksDB does not always name the file that is damaged.
Error with_names(Error error, const InfoLog& log, rocksdb::Env& env, const std::string& directory);

// Holds the directory's lock for the time of a look. A directory without LOCK is nobody's, and the
// look shall not make one.
class LookLock {
  public:
    explicit LookLock(rocksdb::Env& env) : env_(env) {}
    ~LookLock();
    LookLock(const LookLock&) = delete;
    LookLock& operator=(const LookLock&) = delete;

    rocksdb::Status take(const std::string& directory);

  private:
    rocksdb::Env& env_;
    rocksdb::FileLock* lock_ = nullptr;
};

}  // namespace crawld
