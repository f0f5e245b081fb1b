// CutLogs: the file system of a database whose write-ahead logs, or manifest, end earlier than
// their files.
//
// Who only reads then sees what comes before a hole and nothing behind it (log_tail.h), and the
// files stay as they are.
//
// Thread: any.
// Test:   tests/unit/store/log_tail_test.cc
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <optional>

#include "store/log_tail.h"

namespace crawld {

// `env` outlives it.
std::unique_ptr<rocksdb::Env> env_with_cuts(rocksdb::Env& env, Cuts cuts);
// One whose logs hold nothing.
std::unique_ptr<rocksdb::Env> env_without_logs(rocksdb::Env& env,
                                               std::optional<LogPosition> manifest);

}  // namespace crawld
