#include "store/log_tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "store/behind_tear.h"
#include "store/commit_mark.h"

namespace crawld {

namespace {

constexpr size_t kTornBytes = 512;

// Where a log stops being good. Each operation has a number: that of a batch is its first one's.
struct Break {
    size_t at = 0;                  // the first bad record; the log's size if there is none
    size_t batch_at = 0;            // the batch that it is of
    std::optional<uint64_t> first;  // the number of the first batch that is not empty
    bool first_is_probe = false;    // and whether it is a resumption's
    bool notes_durable = false;     // or notes what was durable
    std::optional<uint64_t> next;   // the number behind the last such one that is whole
};

Break first_break(std::string_view log) {
    Break found;
    bool inside = false;
    BatchHead head;
    std::optional<uint64_t> next;
    while (found.at < log.size()) {
        const size_t left = kBlockBytes - found.at % kBlockBytes;
        if (left < kRecordHeadBytes) {
            found.at += left;
            continue;
        }
        const auto record = record_at(log, found.at);
        if (!record || !record->is_good()) break;
        if (record->begins_batch()) found.batch_at = found.at;
        if (head.take(*record) && !head.is_empty()) {
            next = head.sequence() + head.count();
            if (!found.first) {
                found.first = head.sequence();
                found.first_is_probe = head.is_probe();
                found.notes_durable = head.durable().has_value();
            }
        }
        inside = !record->ends_batch();
        if (!inside) found.next = next;
        found.at += kRecordHeadBytes + record->payload.size();
    }
    found.at = std::min(found.at, log.size());
    if (!inside) found.batch_at = found.at;
    return found;
}

// The file ends within the record.
bool is_cut_short(std::string_view log, size_t at) {
    const size_t left = log.size() - at;
    const size_t block_left = kBlockBytes - at % kBlockBytes;
    if (left < kRecordHeadBytes) return true;
    const size_t bytes = kRecordHeadBytes + little_endian(log, at + 4, 2);
    return left < bytes && bytes <= block_left;
}

bool has_empty_sector(std::string_view log, size_t from) {
    for (size_t at = from; at < log.size();) {
        const size_t end = std::min(log.size(), (at / kTornBytes + 1) * kTornBytes);
        const std::string_view sector = log.substr(at, end - at);
        if (sector.find_first_not_of('\0') == std::string_view::npos) return true;
        at = end;
    }
    return false;
}

Result<std::string> read_file(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    ssize_t got = fd >= 0 ? ::fstat(fd, &status) : -1;
    std::string bytes;
    size_t end = 0;
    // One more than there is, to see that it ends there.
    if (got == 0) bytes.resize(static_cast<size_t>(status.st_size) + 1);
    while (got >= 0 && end < bytes.size()) {
        got = ::read(fd, bytes.data() + end, bytes.size() - end);
        if (got <= 0) break;
        end += static_cast<size_t>(got);
    }
    const int error_number = errno;
    if (fd >= 0) ::close(fd);
    if (got < 0)
        return tl::unexpected(
            errno_error(error_number, "cannot read the file " + path + " of the state database"));
    bytes.resize(end);
    return bytes;
}

struct LogFile {
    uint64_t number = 0;
    std::string path;
    bool operator<(const LogFile& other) const { return number < other.number; }
};

std::vector<LogFile> log_files(const std::string& directory, uint64_t first_needed) {
    namespace fs = std::filesystem;
    std::vector<LogFile> found;
    std::error_code failed;
    fs::directory_iterator entry(directory, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
        const fs::path& path = entry->path();
        const auto number = parse_uint(path.stem().string());
        if (path.extension() == ".log" && number && *number >= first_needed)
            found.push_back({*number, path});
    }
    std::sort(found.begin(), found.end());
    return found;
}

Error damaged(const std::string& where, const std::string& why) {
    return {ErrorCode::corrupt, "the state database is damaged: " + where + ", " + why +
                                    "; restore the directory from a backup, or run crawld repair"};
}

std::string place(const std::string& path, size_t at) {
    return "its file " + path + " at byte " + std::to_string(at);
}

// As a power cut leaves a file that grew: it ends too early, or lacks sectors.
bool is_torn(std::string_view log, size_t at) {
    return is_cut_short(log, at) || has_empty_sector(log, at);
}

// Goes through the logs, one after the other.
class CutFinder {
  public:
    explicit CutFinder(const NeededLogs& needed)
        : good_{needed.first, 0}, next_(needed.last_sequence + 1) {}

    Status look_at(uint64_t number, const std::string& path, std::string_view log);
    std::vector<LogPosition> take() { return std::move(cuts_); }

  private:
    // Where a full disk was left, one operation that was not logged comes before the first one of
    // the new log, the probe (Store::resume).
    bool joins(uint64_t first, bool is_probe) const {
        return first <= next_ || (first == next_ + 1 && is_probe);
    }
    Status find_end(uint64_t number, const std::string& path, std::string_view log,
                    const Break& found);
    TornLog torn_log(uint64_t number, const Break& found) const;
    Status check_rest(const std::string& path, std::string_view log, const TornLog& torn) const;

    std::vector<LogPosition> cuts_;
    LogPosition good_;            // all is good up to there
    uint64_t next_;               // the number that comes next, or a higher one
    bool is_next_known_ = false;  // it comes next
    bool notes_durable_ = false;  // the last good batch that begins a log does
    std::string where_{};         // what the first cut is for
    size_t rest_at_ = 0;          // of the log that is looked at: what is cut is there and behind
};

Status CutFinder::look_at(uint64_t number, const std::string& path, std::string_view log) {
    rest_at_ = 0;
    const Break found = first_break(log);
    if (found.first) notes_durable_ = found.notes_durable;
    if (!cuts_.empty())
        cuts_.push_back({number, 0});
    else if (Status end = find_end(number, path, log, found); !end)
        return end;
    return cuts_.empty() ? Status() : check_rest(path, log, torn_log(number, found));
}

Status CutFinder::find_end(uint64_t number, const std::string& path, std::string_view log,
                           const Break& found) {
    if (found.first && !joins(*found.first, found.first_is_probe)) {
        where_ = "what was written before its file " + path + " is missing, numbers " +
                 std::to_string(next_) + " to " + std::to_string(*found.first - 1);
        cuts_.push_back({number, 0});
        return {};
    }
    good_ = {number, found.at};
    next_ = found.next.value_or(next_);
    is_next_known_ = is_next_known_ || found.next;
    if (found.at == log.size()) return {};
    where_ = place(path, found.at);
    if (!is_torn(log, found.at))
        return tl::unexpected(damaged(where_, "and no power cut leaves it so"));
    rest_at_ = found.at + 1;
    cuts_.push_back({number, found.batch_at});
    return {};
}

// From the log's good batches the numbers are known; without one, the log before may have lost much
// at its end.
TornLog CutFinder::torn_log(uint64_t number, const Break& found) const {
    TornLog torn{.log = number, .good = good_, .notes_durable = notes_durable_};
    torn.least = is_next_known_ ? next_ : 0;
    torn.base = next_ + UINT32_MAX;
    if (rest_at_ > 0 && found.next) {
        torn.base = next_;
        torn.base_at = found.batch_at;
    } else if (found.first) {
        torn.base = *found.first;
        torn.least = std::min(torn.least, torn.base);
    }
    return torn;
}

Status CutFinder::check_rest(const std::string& path, std::string_view log,
                             const TornLog& torn) const {
    switch (look_behind(log, rest_at_, torn).more_was_durable) {
        case Durable::no:
            break;
        case Durable::yes:
            return tl::unexpected(
                damaged(where_, "which was durable when what follows was written to " + path));
        case Durable::unknown:
            return tl::unexpected(
                damaged(where_, "which may have been durable when what follows was written to " +
                                    path + ", by a crawld that did not note it"));
    }
    return {};
}

}  // namespace

std::vector<uint64_t> log_numbers(const std::string& directory) {
    std::vector<uint64_t> numbers;
    for (const LogFile& file : log_files(directory, 0))
        numbers.push_back(file.number);
    return numbers;
}

Result<uint64_t> first_bad_byte(const std::string& path) {
    const auto log = read_file(path);
    if (!log) return tl::unexpected(log.error());
    return first_break(*log).at;
}

Result<std::vector<LogPosition>> find_cuts(const std::string& directory, const NeededLogs& needed) {
    CutFinder finder(needed);
    for (const LogFile& file : log_files(directory, needed.first)) {
        const auto log = read_file(file.path);
        if (!log) return tl::unexpected(log.error());
        if (Status whole = finder.look_at(file.number, file.path, *log); !whole)
            return tl::unexpected(whole.error());
    }
    return finder.take();
}

Result<std::optional<LogPosition>> find_manifest_cut(const std::string& directory,
                                                     FileMark durable) {
    const std::string path = directory + "/" + manifest_name(durable.number);
    const auto manifest = read_file(path);
    if (!manifest) return std::optional<LogPosition>();
    const Break found = first_break(*manifest);
    if (found.at < durable.bytes)
        return tl::unexpected(
            damaged(place(path, found.at),
                    "and " + std::to_string(durable.bytes) + " bytes were committed"));
    if (found.at == manifest->size() || !is_torn(*manifest, found.at))
        return std::optional<LogPosition>();
    return std::optional(LogPosition{durable.number, found.batch_at});
}

namespace {

Result<uint64_t> cut_file(const std::string& path, uint64_t bytes) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    struct stat before {};
    const bool done = fd >= 0 && ::fstat(fd, &before) == 0 &&
                      ::ftruncate(fd, static_cast<off_t>(bytes)) == 0 && ::fsync(fd) == 0;
    const int error_number = errno;
    if (fd >= 0) ::close(fd);
    if (!done) return tl::unexpected(errno_error(error_number, "cannot cut the file " + path));
    return static_cast<uint64_t>(before.st_size) - bytes;
}

}  // namespace

Result<uint64_t> cut_files(const std::string& directory, const Cuts& cuts) {
    std::vector<std::pair<std::string, uint64_t>> ends;
    for (const LogPosition& log : cuts.logs)
        ends.emplace_back(log_name(log.log), log.bytes);
    std::reverse(ends.begin(), ends.end());
    if (cuts.manifest) ends.emplace_back(manifest_name(cuts.manifest->log), cuts.manifest->bytes);
    uint64_t sum = 0;
    for (const auto& [name, bytes] : ends) {
        const auto cut = cut_file(directory + "/" + name, bytes);
        if (!cut) return cut;
        sum += *cut;
    }
    return sum;
}

}  // namespace crawld
