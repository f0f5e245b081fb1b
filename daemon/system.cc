#include "daemon/system.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/text.h"

namespace crawld {

std::string machine_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
    std::string kept;
    for (const char c : std::string_view(name.data()))
        kept.push_back(is_alnum(c) || c == '-' || c == '_' || c == '.' ? c : '-');
    return kept;
}

namespace {

tl::unexpected<Error> unusable(int error_number, std::string_view problem, std::string_view what,
                               const std::string& path) {
    Error failed =
        errno_error(error_number, std::string(problem) + " the " + std::string(what) + " " + path +
                                      " (give crawld a directory that it may write to)");
    if (failed.code == ErrorCode::io) failed.code = ErrorCode::cannot_create;
    return tl::unexpected(std::move(failed));
}

}  // namespace

Status make_directory(const std::string& path, std::string_view what) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(path, error);
    if (error) return unusable(error.value(), "cannot make", what, path);
    if (made) chmod(path.c_str(), 0750);
    return {};
}

Status make_writable_directory(const std::string& path, std::string_view what) {
    if (Status made = make_directory(path, what); !made) return made;
    if (faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
    return unusable(errno, "cannot write to", what, path);
}

namespace {

// Whether what lies in the state directory is the crawl log, one that was rotated, or the directory
// that leads to it. `log` is relative to the state directory.
bool belongs_to_log(const std::string& name, const std::filesystem::path& log) {
    const std::string first = log.empty() ? std::string() : log.begin()->string();
    if (first.empty() || first == ".") return false;
    return log.has_parent_path() ? name == first : name.starts_with(first);
}

// As a first start leaves it that ended before it made the database. What cannot be read is full.
bool is_empty_directory(const std::filesystem::directory_entry& entry) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!entry.is_directory(error) || error) return false;
    fs::recursive_directory_iterator inside(entry.path(), error);
    for (; !error && inside != fs::recursive_directory_iterator(); inside.increment(error))
        if (!inside->is_directory(error) || error) return false;
    return !error;
}

}  // namespace

void tune_allocator() {
    mallopt(M_MXFAST, 0);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 32 << 20);  // as with the threshold above left to itself
}

void hold_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGHUP, SIGUSR1, SIGUSR2})
        sigaddset(&signals, number);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

StateLock::~StateLock() {
    if (fd_ >= 0) close(fd_);
}

Result<StateLock> lock_state(const std::string& state_dir) {
    const int fd = open(state_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    StateLock lock(fd);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return lock;
    return fail(ErrorCode::locked,
                "the state directory " + state_dir +
                    " is in use by another instance; stop that one, or give this one its own "
                    "state_dir");
}

Status check_state_directory(const std::string& path, const std::string& log_path) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path log = fs::path(log_path).lexically_relative(path);
    const fs::path database = fs::path(path) / "db";
    struct stat info {};
    if (stat(database.c_str(), &info) == 0) {
        if (info.st_uid == geteuid()) return {};
        return fail(ErrorCode::permission,
                    "the state in " + path + " belongs to user " + std::to_string(info.st_uid) +
                        ", and crawld runs as user " + std::to_string(geteuid()) +
                        "; run it as that user, or choose another state_dir");
    }
    for (const auto& entry : fs::directory_iterator(path, error)) {
        const std::string name = entry.path().filename().string();
        if (belongs_to_log(name, log) || name == "lost+found") continue;
        if (is_empty_directory(entry)) continue;
        if (name.starts_with("db."))
            return fail(ErrorCode::corrupt, "the state directory " + path +
                                                " has no database, and what a repair left that "
                                                "was cut short (" +
                                                name + "); run crawld repair again");
        return fail(ErrorCode::corrupt, "the state directory " + path +
                                            " holds something that is not crawld's (" + name +
                                            "); choose a directory of its own for state_dir, or, "
                                            "if its database is lost, run crawld repair");
    }
    if (error)
        return tl::unexpected(
            errno_error(error.value(), "cannot read the state directory " + path));
    return {};
}

Result<std::string> temporary_directory() {
    std::error_code failed;
    const std::string path = std::filesystem::temp_directory_path(failed);
    if (!failed) return path;
    return tl::unexpected(errno_error(failed.value(), "cannot use the directory $TMPDIR"));
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
    if (const char* given = std::getenv("CRAWLD_BOOT_ID"); id.empty() && given != nullptr)
        id = given;
    return std::string(trim(id));
}

DiskSpace disk_space_at(const std::string& path) {
    const auto fraction = [](uint64_t free, uint64_t of) {
        return of == 0 ? 1 : static_cast<double>(free) / static_cast<double>(of);
    };
    struct statvfs info {};
    struct stat file {};
    if (statvfs(path.c_str(), &info) != 0 || stat(path.c_str(), &file) != 0) return {};
    return {.device = file.st_dev,
            .free_bytes = uint64_t{info.f_bavail} * info.f_frsize,
            .free_fraction = fraction(info.f_bavail, info.f_blocks),
            .free_inodes_fraction = fraction(info.f_favail, info.f_files)};
}

uint64_t random_seed() {
    uint64_t seed = 0;
    const bool filled = getrandom(&seed, sizeof seed, 0) == static_cast<ssize_t>(sizeof seed);
    return filled ? seed : 1;
}

}  // namespace crawld
