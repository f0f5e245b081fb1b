// crawld verify: whether the state and the archive are whole. Faults and the summary on standard
// output, a line each.

#include <iostream>

#include "archive/posix_disk.h"
#include "config/config.h"
#include "daemon/commands.h"
#include "daemon/daemon.h"
#include "daemon/system.h"

namespace crawld {

namespace {

void tell(const VerifyCounts& counts) {
    if (counts.faults > FaultList::kToldMax)
        std::cout << "and " << counts.faults - FaultList::kToldMax << " more faults\n";
    std::cout << "verified " << counts.state.urls << " known URLs of " << counts.state.hosts
              << " hosts; " << counts.pages.lists << " lists of " << counts.pages.lines
              << " pages; " << counts.archive.files << " archive files with "
              << counts.archive.records << " records of " << counts.archive.pages << " pages, "
              << counts.archive.bytes << " bytes";
    const FileCounts& files = counts.files;
    if (files.strangers > 0)
        std::cout << "; " << files.strangers << " of the files are not this state's";
    if (files.leftovers > 0)
        std::cout << "; " << files.leftovers << " unfinished files, which the next start removes";
    if (files.moved > 0) std::cout << "; " << files.moved << " files moved away";
    std::cout << ": " << counts.faults << " faults\n";
}

}  // namespace

Status flush_output() {
    if (std::cout.flush()) return {};
    return fail(ErrorCode::io, "what there is to tell cannot be written to standard output");
}

std::string to_line(const Fault& fault) {
    std::string line = fault.file + ": ";
    if (fault.line) line += "line " + std::to_string(*fault.line) + ": ";
    if (fault.offset) line += "byte " + std::to_string(*fault.offset) + ": ";
    if (!fault.url.empty()) line += json_quoted(fault.url) + ": ";
    return line + fault.what;
}

Result<VerifyCounts> verify_state(StateVerification what) {
    const auto temporary = temporary_directory();
    if (!temporary) return tl::unexpected(temporary.error());
    PosixDisk disk;
    const Suffixes suffixes;
    return verify({.database = std::move(what.database),
                   .archive = archive_directory(what.config),
                   .pages = pages_directory(what.config),
                   .temporary_directory = *temporary,
                   .store = what.config.store,
                   .moved = what.moved,
                   .disk = disk,
                   .suffixes = suffixes,
                   .sink = std::move(what.sink),
                   .told_max = what.told_max});
}

int run_verify(const VerifyArguments& arguments) {
    const auto loaded = load_config_file(arguments.config_path);
    if (!loaded) return print_config_failure(loaded.error());
    const auto lock = lock_state(loaded->config.state_dir);
    if (!lock) return fail_command(lock.error());
    const auto counts =
        verify_state({.config = loaded->config,
                      .database = loaded->config.state_dir + "/db",
                      .moved = arguments.moved,
                      .sink = [](const Fault& fault) { std::cout << to_line(fault) << '\n'; }});
    if (!counts) return fail_command(counts.error());
    tell(*counts);
    if (const Status told = flush_output(); !told) return fail_command(told.error());
    return counts->faults == 0 ? 0 : exit_code(ErrorCode::corrupt);
}

}  // namespace crawld
