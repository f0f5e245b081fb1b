// The commands that work on the state while no daemon does; each in a file of its own.
//
// Errors: one sentence on stderr; they return the exit code of their Error.
// Test:   tests/e2e/export_import_test.py
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
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

// Says what went wrong; the exit code.
int fail_command(const Error& error);

}  // namespace crawld
