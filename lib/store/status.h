// What RocksDB says of a failure, as one of our errors.
//
// RocksDB's Status has no errno, only its text; what is told apart by text is compared with
// strerror(), which RocksDB builds it from.
#pragma once

#include <rocksdb/status.h>

#include <string_view>

#include "base/result.h"

namespace crawld {

// `doing` begins the sentence: "cannot write the state database".
Error store_error(const rocksdb::Status& status, std::string_view doing);
// While opening an existing database a file that is not there is damage, and a lock that cannot be
// had is another instance.
Error open_error(const rocksdb::Status& status, std::string_view directory);

}  // namespace crawld
