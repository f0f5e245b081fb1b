// Whether the state database is whole: the checksums of all its tables, each row of it, and that
// its families say the same: the totals, the queues of hosts, the times at which they wake.
//
// Errors: what is wrong goes to the faults; errors are those of reading and of sorter.h.
// Bound:  that of export_known_urls().
// Cost:   the database is read about three times.
// Thread: one.
// Test:   tests/e2e/archive_test.py
#pragma once

#include <string>

#include "audit/faults.h"
#include "store/store.h"
#include "url/suffixes.h"

namespace crawld {

struct StateCounts {
    uint64_t urls = 0;
    uint64_t hosts = 0;
};

Result<StateCounts> check_state(Store& store, const Suffixes& suffixes,
                                const std::string& temporary_directory, FaultList& faults);

}  // namespace crawld
