// Export: every URL that the state knows, with what is known of it, each once.
//
// How: the state keeps four bytes of a URL that is settled, and its text only while it is queued or
// due; the text of all others, and what came of their fetches, is in the crawl logs. So what names
// a URL (queues, due ones, lines of logs) is put in the order of keys (sorter.h), and then the
// known URLs are walked in the same order and each takes what names it. One that no log names any
// more still has its row: key, host, state, outcome and status.
//
// In the order of keys: the hosts of one registrable domain, and of each host its URLs, together.
// Thread: one. The store is only read.
// Errors: those of store/, sorter.h and the sink; no_input for a log that is not there; corrupt
//         (65), behind all rows, if a queued or due URL is in no queue.
// Bound:  memory is that of the store and kSortBytes, at any number of URLs. The sorter's file
// takes
//         some 200 bytes a URL and log line in `temporary_directory`.
// Test:   tests/unit/exchange/export_test.cc, tests/e2e/export_import_test.py
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/rows.h"
#include "store/store.h"
#include "url/suffixes.h"

namespace crawld {

struct ExportRequest {
    Store& store;
    const Suffixes& suffixes;
    std::vector<std::string> crawl_logs;  // in any order; the latest line of a URL counts
    std::string temporary_directory;
    RowForm form = RowForm::jsonl;
    std::function<Status(std::string_view text)> sink;
    size_t sort_bytes = kSortBytes;

    static constexpr size_t kSortBytes = 64 << 20;
};

struct ExportCounts {
    uint64_t urls = 0;
    uint64_t unnamed = 0;  // without their text
    uint64_t queued = 0;
    uint64_t due = 0;
};

Result<ExportCounts> export_known_urls(const ExportRequest& request);

}  // namespace crawld
