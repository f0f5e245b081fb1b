// The commands that work on the state while no daemon does; each in a file of its own.
//
// Errors: one sentence on stderr; they return the exit code of their Error.
// Test:   tests/e2e/export_import_test.py, archive_test.py, repair_test.py
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/verify.h"
#include "base/result.h"
#include "config/config.h"
#include "exchange/import.h"
#include "exchange/rows.h"

namespace crawld {

struct ExportArguments {
    std::string config_path;
    RowForm form = RowForm::jsonl;
    std::string output;             // empty: standard output
    std::vector<std::string> logs;  // empty: that of the configuration, with what logrotate left
};
int run_export(const ExportArguments& arguments);

struct ImportArguments {
    std::string config_path;
    ImportFormat format = ImportFormat::automatic;
    ImportAs as = ImportAs::queued;
    std::vector<std::string> files;  // "-" is standard input
};
int run_import(const ImportArguments& arguments);

struct VerifyArguments {
    std::string config_path;
    bool moved = false;
};
int run_verify(const VerifyArguments& arguments);
// What it finds goes to `sink`. The caller has the lock of the state.
struct StateVerification {
    const CrawldConfig& config;
    std::string database;
    bool moved = false;
    FaultList::Sink sink;
    uint64_t told_max = FaultList::kToldMax;
};
Result<VerifyCounts> verify_state(StateVerification what);
// A line, as verify tells it.
std::string to_line(const Fault& fault);

struct RepairArguments {
    std::string config_path;
    bool force = false;             // also if nothing is wrong
    bool lost = false;              // sealed archive files that are not there: fetch again
    std::vector<std::string> logs;  // as ExportArguments has them
};
int run_repair(const RepairArguments& arguments);

// The crawl log and those that were rotated away from it.
std::vector<std::string> crawl_logs(const std::string& path);
// Names and texts of files are others': as a JSON text. (For `quoted` a std::string would rather
// have the one of <iomanip>, wherever that is included.)
std::string json_quoted(std::string_view text);
// What was written to standard output is there, or an error (io).
Status flush_output();
// Says what went wrong; the exit code.
int fail_command(const Error& error);

}  // namespace crawld
