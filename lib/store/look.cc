#include "store/look.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/bytes.h"
#include "store/commit_mark.h"
#include "store/cut_logs.h"
#include "store/damaged_tables.h"
#include "store/newer.h"
#include "store/state.h"
#include "store/status.h"

namespace crawld {

namespace {

constexpr std::string_view kNewer = "is of the newer format version ";

namespace fs = std::filesystem;

bool starts_with_any(const std::string& name, std::initializer_list<std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
}

// What a crash leaves of a database that was just being made: everything but CURRENT, which comes
// last, and no data.
bool is_leftover_of_creation(const std::string& name) {
    return name == "lost+found" || name.ends_with(".dbtmp") ||
           starts_with_any(name, {"LOCK", "LOG", "IDENTITY", "MANIFEST-", "OPTIONS-"});
}

Error foreign(const std::string& directory, const std::string& why) {
    return {ErrorCode::corrupt, "the directory " + directory + " is not crawld's: " + why +
                                    "; nothing was changed in it, give crawld an empty state_dir"};
}

Error lost(const std::string& directory, const std::string& what) {
    return {ErrorCode::corrupt, "the state database in " + directory + " has lost its " + what +
                                    "; restore the directory from a backup, or run crawld repair"};
}

// Whether a database is there.
Result<bool> inspect(const std::string& directory) {
    std::error_code failed;
    fs::directory_iterator entry(directory, failed);
    if (failed == std::errc::no_such_file_or_directory) return false;
    std::string stranger;
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
        const std::string name = entry->path().filename();
        if (name == "CURRENT") return true;
        if (!is_leftover_of_creation(name)) stranger = name;
    }
    if (failed)
        return tl::unexpected(
            errno_error(failed.value(), "cannot read the state directory " + directory));
    if (stranger.ends_with(".sst") || stranger.ends_with(".log") || stranger == kMarkName)
        return tl::unexpected(lost(directory, "file " + directory + "/CURRENT"));
    if (!stranger.empty()) return tl::unexpected(foreign(directory, "it holds " + stranger));
    return false;
}

Result<std::vector<std::string>> family_names(rocksdb::Env& env, const std::string& directory) {
    rocksdb::DBOptions settings;
    settings.env = &env;
    std::vector<std::string> names;
    const auto listed = rocksdb::DB::ListColumnFamilies(settings, directory, &names);
    if (!listed.ok()) return tl::unexpected(open_error(listed, directory));
    return names;
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// One that nobody of us makes.
std::optional<std::string> unknown_family(const std::vector<std::string>& names) {
    const auto ours = enum_names(Family{});
    for (const std::string& name : names)
        if (name != rocksdb::kDefaultColumnFamilyName &&
            std::find(ours.begin(), ours.end(), name) == ours.end())
            return name;
    return std::nullopt;
}

// They are made in their order, so that those which a state has not are the last ones.
Result<size_t> count_families(const std::vector<std::string>& names, const std::string& directory) {
    if (const auto unknown = unknown_family(names))
        return tl::unexpected(foreign(directory, "it is a database with a table " + *unknown));
    std::string_view missing;
    for (const std::string_view ours : enum_names(Family{})) {
        if (!holds(names, ours))
            missing = missing.empty() ? ours : missing;
        else if (!missing.empty())
            return tl::unexpected(lost(directory, "table " + std::string(missing)));
    }
    return names.size();
}

Status check_version(std::string_view written, const std::string& directory) {
    ByteReader reader(written);
    const uint32_t version = reader.u32();
    const bool readable = !reader.failed() && reader.at_end() && version > 0;
    if (readable && version <= kStateFormatVersion) return {};
    const std::string of =
        readable ? std::string(kNewer) + std::to_string(version) + ", and this " +
                       "crawld reads versions 1 to " + std::to_string(kStateFormatVersion) +
                       "; nothing was changed in it, run the crawld that wrote it or give this one "
                       "another state_dir"
                 : "is damaged: its format version cannot be read; restore the directory from a "
                   "backup, or run crawld repair";
    return fail(ErrorCode::corrupt, "the state database in " + directory + " " + of);
}

Result<std::optional<DatabaseMarks>> read_marks(rocksdb::Env& env, const std::string& directory) {
    if (&env != rocksdb::Env::Default()) return std::optional<DatabaseMarks>();
    auto marks = CommitMark::read(directory);
    if (!marks || !*marks) return marks;
    if (Status whole = check_manifest(**marks, directory); !whole)
        return tl::unexpected(whole.error());
    return marks;
}

Result<std::optional<LogPosition>> look_at_manifest(const std::string& directory,
                                                    const std::optional<DatabaseMarks>& marks) {
    const auto number = current_manifest(directory);
    if (!number) return std::optional<LogPosition>();
    FileMark durable{.number = *number, .bytes = 0};
    if (marks && marks->manifest.number == *number) durable = marks->manifest;
    return find_manifest_cut(directory, durable);
}

// A database that is only looked at.
class LookedAt {
  public:
    static Result<LookedAt> open(rocksdb::Env& env, const std::string& directory,
                                 const std::vector<std::string>& names) {
        rocksdb::DBOptions settings;
        settings.env = &env;
        const auto log = std::make_shared<InfoLog>();
        settings.info_log = log;
        settings.max_open_files = 16;
        settings.max_file_opening_threads = 1;  // or each family starts and ends sixteen
        settings.skip_stats_update_on_db_open = true;
        settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
        std::vector<rocksdb::ColumnFamilyDescriptor> families;
        families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
        const std::string meta(to_string(Family::meta));
        if (holds(names, meta)) families.emplace_back(meta, rocksdb::ColumnFamilyOptions());
        rocksdb::DB* opened = nullptr;
        LookedAt looked;
        const auto result =
            rocksdb::DB::OpenForReadOnly(settings, directory, families, &looked.handles_, &opened);
        looked.db_.reset(opened);
        if (result.ok()) return looked;
        return tl::unexpected(with_names(open_error(result, directory), *log, env, directory));
    }
    LookedAt(LookedAt&&) = default;
    LookedAt& operator=(LookedAt&&) = delete;
    ~LookedAt() {
        for (rocksdb::ColumnFamilyHandle* handle : handles_)
            if (db_) db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }

    NeededLogs needed_logs() const {
        NeededLogs needed{.first = 0, .last_sequence = db_->GetLatestSequenceNumber()};
        if (!db_->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &needed.first))
            needed.first = 0;
        return needed;
    }
    // 0 where none is written.
    Result<uint32_t> version(const std::string& directory) const {
        std::string written;
        const auto read = db_->Get(rocksdb::ReadOptions(), handles_.back(),
                                   rocksdb::Slice(kFormatKey.data(), kFormatKey.size()), &written);
        if (read.IsNotFound()) return 0;
        if (!read.ok()) return tl::unexpected(open_error(read, directory));
        if (Status known = check_version(written, directory); !known)
            return tl::unexpected(known.error());
        return ByteReader(written).u32();
    }
    bool never_written() const { return db_->GetLatestSequenceNumber() == 0; }

  private:
    LookedAt() = default;

    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

Result<uint32_t> version_of(rocksdb::Env& env, const std::string& directory,
                            const std::vector<std::string>& names) {
    const auto database = LookedAt::open(env, directory, names);
    if (!database) return tl::unexpected(database.error());
    const auto version = database->version(directory);
    if (version && *version == 0 && !database->never_written())
        return tl::unexpected(foreign(directory, "it is another's database"));
    return version;
}

// A manifest is made just behind the log that begins with it, and each change of what is needed
// says which log is the first one; that goes only when a later change is durable. So where it is
// gone, what is torn was no change that nobody waited for.
bool has_its_log(const std::string& directory, uint64_t manifest, uint64_t first_needed) {
    std::error_code failed;
    if (first_needed > manifest)
        return fs::exists(directory + "/" + log_name(first_needed), failed);
    const std::vector<uint64_t> logs = log_numbers(directory);
    return !logs.empty() && logs.front() < manifest;
}

// Which logs are needed is asked of the manifest alone: of one that is not, anything may be left.
// The version is mostly there too, and then comes first: a newer state's logs may be otherwise.
Status look_at_logs(rocksdb::Env& env, const std::string& directory,
                    const std::vector<std::string>& names,
                    const std::optional<DatabaseMarks>& marks, Cuts& cuts) {
    const auto without_logs = env_without_logs(env, cuts.manifest);
    const auto database = LookedAt::open(*without_logs, directory, names);
    if (!database) return tl::unexpected(database.error());
    if (const auto version = database->version(directory); !version)
        return tl::unexpected(version.error());
    const NeededLogs needed = database->needed_logs();
    if (marks)
        if (Status whole = check_logs(*marks, needed.first, directory); !whole) return whole;
    if (cuts.manifest && !has_its_log(directory, cuts.manifest->log, needed.first))
        return tl::unexpected(
            lost(directory, "logs, or the end of " + manifest_name(cuts.manifest->log)));
    auto logs = find_cuts(directory, needed);
    if (!logs) return tl::unexpected(logs.error());
    cuts.logs = std::move(*logs);
    return {};
}

}  // namespace

bool is_of_newer_state(const Error& error) {
    return error.code == ErrorCode::corrupt && error.message.find(kNewer) != std::string::npos;
}

LookLock::~LookLock() {
    if (lock_ != nullptr) env_.UnlockFile(lock_).PermitUncheckedError();
}

rocksdb::Status LookLock::take(const std::string& directory) {
    const std::string name = directory + "/LOCK";
    if (!env_.FileExists(name).ok()) return rocksdb::Status::OK();
    return env_.LockFile(name, &lock_);
}

Error with_names(Error error, const InfoLog& log, rocksdb::Env& env, const std::string& directory) {
    if (error.code != ErrorCode::corrupt) return error;
    if (!log.dropped().empty()) error.message += " (" + log.dropped() + ")";
    if (error.message.find(".sst") != std::string::npos) return error;
    if (const std::string tables = damaged_tables(env, directory); !tables.empty())
        error.message += " (tables that cannot be read: " + tables + ")";
    return error;
}

rocksdb::Env& env_for(rocksdb::Env& env, const Look& look, std::unique_ptr<rocksdb::Env>& made) {
    if (look.cuts.empty()) return env;
    made = env_with_cuts(env, look.cuts);
    return *made;
}

Result<Look> look_at(rocksdb::Env& env, const std::string& directory) {
    const auto is_there = inspect(directory);
    if (!is_there) return tl::unexpected(is_there.error());
    Look look{.is_there = *is_there};
    if (!look.is_there) return look;
    LookLock lock(env);
    if (auto taken = lock.take(directory); !taken.ok())
        return tl::unexpected(open_error(taken, directory));
    const auto marks = read_marks(env, directory);
    if (!marks) return tl::unexpected(marks.error());
    const auto manifest = look_at_manifest(directory, *marks);
    if (!manifest) return tl::unexpected(manifest.error());
    look.cuts.manifest = *manifest;
    std::unique_ptr<rocksdb::Env> made;
    const auto names = family_names(env_for(env, look, made), directory);
    if (!names) return tl::unexpected(names.error());
    if (!holds(*names, to_string(Family::meta)))  // it has no version either
        if (const auto ours = count_families(*names, directory); !ours)
            return tl::unexpected(ours.error());
    if (Status logs = look_at_logs(env, directory, *names, *marks, look.cuts); !logs)
        return tl::unexpected(logs.error());
    const auto version = version_of(env_for(env, look, made), directory, *names);
    if (!version) return tl::unexpected(version.error());
    if (*marks && (*marks)->are_newer) return tl::unexpected(damaged_mark(directory));
    look.version = *version;
    const auto families = count_families(*names, directory);
    if (!families) return tl::unexpected(families.error());
    look.families = *families;
    return look;
}

}  // namespace crawld
