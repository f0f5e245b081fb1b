#include "store/commit_mark.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "store/log_tail.h"

namespace crawld {

namespace {

constexpr size_t kSectorBytes = 512;
constexpr size_t kSumBytes = 8;
constexpr uint64_t kMagic = 0x637261776c64434d;  // "crawldCM"
constexpr uint32_t kVersion = 1;

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }

  private:
    int number_;
};

std::string encode(const DatabaseMarks& marks) {
    std::string sector;
    put_u64(sector, kMagic);
    put_u32(sector, kVersion);
    put_u64(sector, marks.manifest.number);
    put_u64(sector, marks.manifest.bytes);
    put_u32(sector, static_cast<uint32_t>(marks.logs.size()));
    for (const FileMark& log : marks.logs) {
        put_u64(sector, log.number);
        put_u64(sector, log.bytes);
    }
    CRAWLD_CHECK(sector.size() <= kSectorBytes - kSumBytes);
    sector.resize(kSectorBytes - kSumBytes);
    put_u64(sector, fingerprint64(sector));
    return sector;
}

std::optional<DatabaseMarks> decode(std::string_view sector) {
    if (sector.size() != kSectorBytes) return std::nullopt;
    ByteReader sum(sector.substr(kSectorBytes - kSumBytes));
    sector.remove_suffix(kSumBytes);
    ByteReader in(sector);
    DatabaseMarks marks;
    const bool ours = sum.u64() == fingerprint64(sector) && in.u64() == kMagic;
    const uint32_t version = in.u32();
    if (!ours || version < kVersion) return std::nullopt;
    marks.are_newer = version > kVersion;
    if (marks.are_newer) return marks;
    marks.manifest.number = in.u64();
    marks.manifest.bytes = in.u64();
    const uint32_t logs = in.u32();
    if (logs > kMarkedLogsMax) return std::nullopt;
    for (uint32_t i = 0; i < logs; ++i) {
        const uint64_t number = in.u64();
        marks.logs.push_back({number, in.u64()});
    }
    return marks;
}

std::string path_of(const std::string& directory) {
    return directory + "/" + std::string(kMarkName);
}

// Nothing where the file is not there.
Result<std::optional<std::string>> read_beginning(const std::string& path, size_t bytes_max) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 && errno == ENOENT) return std::optional<std::string>();
    std::string text(bytes_max, '\0');
    const ssize_t got = file.get() < 0 ? -1 : ::pread(file.get(), text.data(), text.size(), 0);
    if (got < 0) return tl::unexpected(errno_error(errno, "cannot read " + path));
    text.resize(static_cast<size_t>(got));
    return std::optional(std::move(text));
}

std::string numbered(const char* format, uint64_t number) {
    std::array<char, 48> name{};
    std::snprintf(name.data(), name.size(), format, static_cast<unsigned long long>(number));
    return name.data();
}

constexpr std::string_view kWhatToDo = "restore the directory from a backup, or run crawld repair";

Error shortened(const std::string& path, std::optional<uint64_t> bytes, uint64_t committed) {
    const std::string found = bytes ? "has " + std::to_string(*bytes) + " bytes" : "is missing";
    return {ErrorCode::corrupt, "the state database has lost what was committed: its file " + path +
                                    " " + found + ", and " + std::to_string(committed) +
                                    " bytes were committed; " + std::string(kWhatToDo)};
}

Status check_length(const std::string& path, uint64_t committed) {
    std::error_code failed;
    const uint64_t bytes = std::filesystem::file_size(path, failed);
    if (!failed && bytes >= committed) return {};
    if (failed && failed != std::errc::no_such_file_or_directory)
        return tl::unexpected(errno_error(failed.value(), "cannot read the file " + path));
    return tl::unexpected(shortened(path, failed ? std::nullopt : std::optional(bytes), committed));
}

}  // namespace

std::string manifest_name(uint64_t number) {
    return numbered("MANIFEST-%06llu", number);
}
std::string log_name(uint64_t number) {
    return numbered("%06llu.log", number);
}

std::optional<uint64_t> current_manifest(const std::string& directory) {
    constexpr std::string_view kPrefix = "MANIFEST-";
    const auto text = read_beginning(directory + "/CURRENT", 64);
    if (!text || !*text || !(*text)->starts_with(kPrefix)) return std::nullopt;
    return parse_uint(trim(std::string_view(**text).substr(kPrefix.size())));
}

Status check_manifest(const DatabaseMarks& marks, const std::string& directory) {
    const auto number = current_manifest(directory);
    if (!number || *number > marks.manifest.number) return {};  // or a newer one since
    return check_length(directory + "/" + manifest_name(marks.manifest.number),
                        marks.manifest.bytes);
}

Status check_logs(const DatabaseMarks& marks, uint64_t first_needed, const std::string& directory) {
    for (const FileMark& log : marks.logs) {
        if (log.number < first_needed) continue;
        const std::string path = directory + "/" + log_name(log.number);
        if (Status whole = check_length(path, log.bytes); !whole) return whole;
        // RocksDB passes over a record whose head is zeros, and says nothing.
        const auto at = first_bad_byte(path);
        if (!at) return tl::unexpected(at.error());
        if (*at < log.bytes)
            return fail(ErrorCode::corrupt,
                        "the state database has lost what was committed: its file " + path +
                            " is damaged at byte " + std::to_string(*at) + ", and " +
                            std::to_string(log.bytes) + " bytes were committed; " +
                            std::string(kWhatToDo));
    }
    return {};
}

Result<std::unique_ptr<CommitMark>> CommitMark::create(const std::string& directory) {
    const std::string path = path_of(directory), part = path + ".part";
    Descriptor file(::open(part.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    const std::string sector = encode({});
    bool made = file.get() >= 0;
    if (made) {
        errno = ENOSPC;  // what a short write means
        made = ::pwrite(file.get(), sector.data(), sector.size(), 0) ==
               static_cast<ssize_t>(sector.size());
    }
    const Descriptor parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    made = made && ::fsync(file.get()) == 0 && ::rename(part.c_str(), path.c_str()) == 0 &&
           parent.get() >= 0 && ::fsync(parent.get()) == 0;
    if (!made) return tl::unexpected(errno_error(errno, "cannot make " + path));
    return std::unique_ptr<CommitMark>(new CommitMark(directory, file.release()));
}

CommitMark::~CommitMark() {
    ::close(fd_);
}

Result<std::optional<DatabaseMarks>> CommitMark::read(const std::string& directory) {
    const std::string path = path_of(directory);
    const auto sector = read_beginning(path, kSectorBytes + 1);
    if (!sector) return tl::unexpected(sector.error());
    if (!*sector) return std::optional<DatabaseMarks>();
    auto marks = decode(**sector);
    if (marks) return marks;
    return tl::unexpected(damaged_mark(directory));
}

Error damaged_mark(const std::string& directory) {
    return {ErrorCode::corrupt,
            "the file " + path_of(directory) +
                " is damaged, which says how long the files of the database are; where crawld "
                "verify finds nothing else without it, remove it"};
}

// Synced here too: a length that was only in memory would be too long after a power cut.
void CommitMark::look_at_manifest() {
    const auto number = current_manifest(directory_);
    if (!number) return;
    const std::string path = directory_ + "/" + manifest_name(*number);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || ::fdatasync(file.get()) != 0) return;
    marks_.manifest = {*number, static_cast<uint64_t>(status.st_size)};
}

void CommitMark::note(FileMark log) {
    const std::lock_guard lock(mutex_);
    if (manifest_is_old_.exchange(false)) look_at_manifest();
    if (marks_.logs.empty() || marks_.logs.back().number < log.number)
        marks_.logs.push_back(log);
    else if (marks_.logs.back().number == log.number)
        marks_.logs.back().bytes = std::max(marks_.logs.back().bytes, log.bytes);
    if (marks_.logs.size() > kMarkedLogsMax) marks_.logs.erase(marks_.logs.begin());
    const std::string sector = encode(marks_);
    (void)!::pwrite(fd_, sector.data(), sector.size(), 0);
}

}  // namespace crawld
