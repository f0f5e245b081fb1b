#include "daemon/system.h"

#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/text.h"

namespace crawld {

Status make_directory(const std::string& path, std::string_view what) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(path, error);
    if (error) {
        Error failed =
            errno_error(error.value(), "cannot make the " + std::string(what) + " " + path +
                                           " (give crawld a directory that it may "
                                           "write to)");
        if (failed.code == ErrorCode::io) failed.code = ErrorCode::cannot_create;
        return tl::unexpected(std::move(failed));
    }
    if (made) chmod(path.c_str(), 0750);
    return {};
}

uint64_t raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

std::string boot_id() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return std::string(trim(id));
}

DiskSpace disk_space_at(const std::string& path) {
    struct statvfs info {};
    if (statvfs(path.c_str(), &info) != 0 || info.f_blocks == 0) return {};
    return {
        .free_bytes = uint64_t{info.f_bavail} * info.f_frsize,
        .free_fraction = static_cast<double>(info.f_bavail) / static_cast<double>(info.f_blocks)};
}

uint64_t random_seed() {
    uint64_t seed = 0;
    const bool filled = getrandom(&seed, sizeof seed, 0) == static_cast<ssize_t>(sizeof seed);
    return filled ? seed : 1;
}

}  // namespace crawld
