// PosixDisk: the Disk of the operating system.
//
// Thread: any.
// Cost:   a system call for each operation, more for a write of over 512 pieces; nothing is kept.
// Source: POSIX.1-2017; fdatasync(2) for bytes: it writes the size too, where that changed.
// Test:   tests/unit/archive/disk_test.cc
#pragma once

#include "archive/disk.h"

namespace crawld {

class PosixDisk : public Disk {
  public:
    DiskResult<std::unique_ptr<DiskFile>> create(const std::string& path) override;
    DiskResult<std::unique_ptr<DiskFile>> open_to_read(const std::string& path) override;
    DiskResult<std::unique_ptr<DiskFile>> open_to_write(const std::string& path) override;
    DiskStatus rename(const std::string& from, const std::string& to) override;
    DiskStatus remove(const std::string& path) override;
    DiskResult<std::vector<std::string>> list(const std::string& directory) override;
    DiskStatus sync_directory(const std::string& directory) override;
    DiskResult<uint64_t> free_bytes(const std::string& directory) override;
};

}  // namespace crawld
