// What the process asks of the operating system at its start.
//
// Test: tests/e2e/bad_input_test.py, boot_id_test.py, signals_test.py,
//       repair_test.py
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/result.h"
#include "crawl/service.h"

namespace crawld {

// Keeps back HUP, USR1 and USR2, which would end a process that does not watch for them yet.
// UvLoop::on_signal() finds what came meanwhile. For the only thread there is.
void hold_signals();
// This machine's name, as far as a file may be called so: letters, digits, '-', '_', '.'.
std::string machine_name();
// What is freed in small pieces is joined at once, and not in bursts of milliseconds at the next
// large piece; large pieces have pages of their own, which are the system's again when they go.
void tune_allocator();
// Makes the directory and its parents, mode 0750. Errors: permission (77), cannot_create (73).
Status make_directory(const std::string& path, std::string_view what);
// The same, and files can be made in it: what would be found at the first page otherwise, and again
// at each start.
Status make_writable_directory(const std::string& path, std::string_view what);
// Of all that works on a state, the daemon and the commands, one does at a time. Held until it
// goes; of the directory, so that it is there without a database too. A file system that has no
// such locks, and a directory that is not there, are nobody's: the database has a lock of its own.
// Errors: locked (75).
class StateLock {
  public:
    StateLock() = default;
    explicit StateLock(int fd) : fd_(fd) {}
    ~StateLock();
    StateLock(StateLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    StateLock& operator=(StateLock&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

  private:
    int fd_ = -1;
};
Result<StateLock> lock_state(const std::string& state_dir);
// Whether the state directory is ours to use: what is in it was made by crawld, and by the user
// that runs it now; the crawl log, also one that was rotated, and its directory may lie in it too.
// Errors: corrupt (65), permission (77).
Status check_state_directory(const std::string& path, const std::string& log_path);
// Where temporary files go: $TMPDIR or /tmp.
Result<std::string> temporary_directory();
// Raises the soft limit of descriptors to the hard one; the limit in force.
uint64_t raise_descriptor_limit();
// The id of this boot: the kernel's, or $CRAWLD_BOOT_ID in a service that sees no more of /proc
// than processes. Empty where neither tells.
std::string boot_id();
DiskSpace disk_space_at(const std::string& path);
uint64_t random_seed();

}  // namespace crawld
