// Opening: look without touching, then recover.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/bytes.h"
#include "store/state.h"
#include "store/status.h"
#include "store/store_env.h"

namespace crawld {

namespace {

namespace fs = std::filesystem;

enum class Found : uint8_t { nothing, database };

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

Result<Found> inspect(const std::string& directory) {
    std::error_code failed;
    fs::directory_iterator entry(directory, failed);
    if (failed == std::errc::no_such_file_or_directory) return Found::nothing;
    std::string stranger;
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
        const std::string name = entry->path().filename();
        if (name == "CURRENT") return Found::database;
        if (!is_leftover_of_creation(name)) stranger = name;
    }
    if (failed)
        return tl::unexpected(
            errno_error(failed.value(), "cannot read the state directory " + directory));
    if (stranger.ends_with(".sst") || stranger.ends_with(".log"))
        return fail(ErrorCode::corrupt,
                    "the state database in " + directory + " has lost its file " + directory +
                        "/CURRENT; restore the directory from a backup, or move it away to start "
                        "anew");
    if (!stranger.empty()) return tl::unexpected(foreign(directory, "it holds " + stranger));
    return Found::nothing;
}

Status sync_directory(const fs::path& path) {
    const std::string name = path.empty() ? "." : path.string();
    const int fd = ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int result = fd < 0 ? -1 : ::fsync(fd);
    const int error_number = errno;
    if (fd >= 0) ::close(fd);
    if (result == 0) return {};
    return tl::unexpected(errno_error(error_number, "cannot sync the directory " + name));
}

// RocksDB syncs its directory's content but not the directory's own name, without which a power
// cut may take the whole database.
Status make_directories(const fs::path& path) {
    std::error_code ignored;
    if (path.empty() || fs::is_directory(path, ignored)) return {};
    if (auto made = make_directories(path.parent_path()); !made) return made;
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        Error error = errno_error(errno, "cannot create the state directory " + path.string());
        if (error.code == ErrorCode::io) error.code = ErrorCode::cannot_create;
        return tl::unexpected(std::move(error));
    }
    return sync_directory(path.parent_path());
}

// Holds the directory's lock for the time of a look. A directory without LOCK is nobody's, and the
// look shall not make one.
class LookLock {
  public:
    explicit LookLock(rocksdb::Env& env) : env_(env) {}
    ~LookLock() {
        if (lock_ != nullptr) env_.UnlockFile(lock_).PermitUncheckedError();
    }
    LookLock(const LookLock&) = delete;
    LookLock& operator=(const LookLock&) = delete;

    rocksdb::Status take(const std::string& directory) {
        const std::string name = directory + "/LOCK";
        if (!env_.FileExists(name).ok()) return rocksdb::Status::OK();
        return env_.LockFile(name, &lock_);
    }

  private:
    rocksdb::Env& env_;
    rocksdb::FileLock* lock_ = nullptr;
};

Error with_dropped(Error error, const InfoLog& log) {
    if (error.code == ErrorCode::corrupt && !log.dropped().empty())
        error.message += " (" + log.dropped() + ")";
    return error;
}

Result<std::vector<std::string>> family_names(rocksdb::Env& env, const std::string& directory) {
    rocksdb::DBOptions settings;
    settings.env = &env;
    std::vector<std::string> names;
    const auto listed = rocksdb::DB::ListColumnFamilies(settings, directory, &names);
    if (!listed.ok()) return tl::unexpected(open_error(listed, directory));
    const auto ours = enum_names(Family{});
    for (const std::string& name : names)
        if (name != rocksdb::kDefaultColumnFamilyName &&
            std::find(ours.begin(), ours.end(), name) == ours.end())
            return tl::unexpected(foreign(directory, "it is a database with a table " + name));
    return names;
}

Status check_format(std::string_view written, const std::string& directory) {
    ByteReader reader(written);
    const uint32_t version = reader.u32();
    if (!reader.failed() && reader.at_end() && version == kStateFormatVersion) return {};
    return fail(ErrorCode::corrupt,
                "the state database in " + directory + " is of format version " +
                    std::to_string(version) + " and this crawld reads version " +
                    std::to_string(kStateFormatVersion) +
                    "; nothing was changed in it, run the crawld that wrote it or give this one "
                    "another state_dir");
}

// Reads the format version without writing. True: nothing was ever written, so that its making was
// cut short and may go on.
Result<bool> is_unfinished(rocksdb::Env& env, const std::string& directory) {
    LookLock lock(env);
    if (auto taken = lock.take(directory); !taken.ok())
        return tl::unexpected(open_error(taken, directory));
    const auto names = family_names(env, directory);
    if (!names) return tl::unexpected(names.error());

    InfoLog log(nullptr);
    rocksdb::DBOptions settings;
    settings.env = &env;
    settings.info_log = std::shared_ptr<InfoLog>(std::shared_ptr<void>(), &log);
    settings.max_open_files = 16;
    settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
    const std::string meta(to_string(Family::meta));
    if (std::find(names->begin(), names->end(), meta) != names->end())
        families.emplace_back(meta, rocksdb::ColumnFamilyOptions());

    rocksdb::DB* opened = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    const auto result =
        rocksdb::DB::OpenForReadOnly(settings, directory, families, &handles, &opened);
    const std::unique_ptr<rocksdb::DB> db(opened);
    if (!result.ok()) return tl::unexpected(with_dropped(open_error(result, directory), log));
    std::string written;
    const auto read = db->Get(rocksdb::ReadOptions(), handles.back(),
                              rocksdb::Slice(kFormatKey.data(), kFormatKey.size()), &written);
    const bool never_written = db->GetLatestSequenceNumber() == 0;
    for (rocksdb::ColumnFamilyHandle* handle : handles)
        db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    if (read.ok()) return check_format(written, directory).map([] { return false; });
    if (!read.IsNotFound()) return tl::unexpected(open_error(read, directory));
    if (!never_written) return tl::unexpected(foreign(directory, "it is another's database"));
    return true;
}

// All at once: one by one, as Open() makes what is missing, each costs an options file of its own
// with two syncs and a rename.
rocksdb::Status create_families(StoreAccess::State& state,
                                const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
    std::vector<rocksdb::ColumnFamilyHandle*> made;
    const auto result = state.db->CreateColumnFamilies(families, &made);
    state.handles.insert(state.handles.end(), made.begin(), made.end());
    return result;
}

Status open_database(StoreAccess::State& state, rocksdb::Env& env, bool nothing_there) {
    rocksdb::DBOptions settings = database_settings(state.options, state.memory, env);
    std::shared_ptr<rocksdb::Logger> file;
    if (const auto made = rocksdb::CreateLoggerFromOptions(state.directory, settings, &file);
        !made.ok())
        return tl::unexpected(open_error(made, state.directory));
    state.log = std::make_shared<InfoLog>(std::move(file));
    settings.info_log = state.log;
    settings.listeners.push_back(state.failures);
    std::vector<rocksdb::ColumnFamilyDescriptor> families =
        family_settings(state.options, state.memory);
    std::vector<rocksdb::ColumnFamilyDescriptor> missing;
    if (nothing_there) {
        missing.assign(families.begin() + 1, families.end());
        families.resize(1);  // the default one
    }
    rocksdb::DB* opened = nullptr;
    auto result = rocksdb::DB::Open(settings, state.directory, families, &state.handles, &opened);
    state.db.reset(opened);
    if (result.ok() && nothing_there) result = create_families(state, missing);
    if (result.ok()) return {};
    return tl::unexpected(with_dropped(open_error(result, state.directory), *state.log));
}

// At every start, so that a disk that takes no writes is known before anything is fetched.
Status write_format(Store& store, bool is_new) {
    std::string version;
    put_u32(version, kStateFormatVersion);
    Batch batch;
    batch.put(Family::meta, kFormatKey, version);
    Status written = store.write(batch);
    if (!written && is_new && written.error().code == ErrorCode::io)
        written.error().code = ErrorCode::cannot_create;
    return written;
}

}  // namespace

Result<std::unique_ptr<Store>> open_store_on(rocksdb::Env& env, const std::string& directory,
                                             const StoreOptions& options) {
    const auto found = inspect(directory);
    if (!found) return tl::unexpected(found.error());
    bool is_new = *found == Found::nothing;
    if (is_new) {
        if (auto made = make_directories(directory); !made) return tl::unexpected(made.error());
    } else {
        const auto unfinished = is_unfinished(env, directory);
        if (!unfinished) return tl::unexpected(unfinished.error());
        is_new = *unfinished;
    }
    auto state = std::make_unique<StoreAccess::State>();
    state->directory = directory;
    state->options = options;
    state->memory = make_shared_memory(options);
    state->was_new = is_new;
    if (auto opened = open_database(*state, env, *found == Found::nothing); !opened)
        return tl::unexpected(opened.error());
    auto store = StoreAccess::make(std::move(state));
    if (auto written = write_format(*store, is_new); !written)
        return tl::unexpected(written.error());
    return store;
}

Result<std::unique_ptr<Store>> Store::open(const std::string& directory,
                                           const StoreOptions& options) {
    return open_store_on(*rocksdb::Env::Default(), directory, options);
}

Result<std::unique_ptr<Store>> Store::open_read_only(const std::string& directory,
                                                     const StoreOptions& options) {
    rocksdb::Env& env = *rocksdb::Env::Default();
    const auto found = inspect(directory);
    if (!found) return tl::unexpected(found.error());
    auto unfinished = Result<bool>(true);
    if (*found == crawld::Found::database) unfinished = is_unfinished(env, directory);
    if (!unfinished) return tl::unexpected(unfinished.error());
    if (*unfinished)
        return fail(ErrorCode::no_input, "there is no state database in " + directory +
                                             "; look at state_dir in the configuration");
    auto state = std::make_unique<StoreAccess::State>();
    state->read_only = true;
    state->directory = directory;
    state->options = options;
    state->memory = make_shared_memory(options);
    auto lock = std::make_shared<LookLock>(env);
    if (auto taken = lock->take(directory); !taken.ok())
        return tl::unexpected(open_error(taken, directory));
    state->lock = std::move(lock);
    state->log = std::make_shared<InfoLog>(nullptr);
    rocksdb::DBOptions settings = database_settings(options, state->memory, env);
    settings.info_log = state->log;
    rocksdb::DB* opened = nullptr;
    const auto result = rocksdb::DB::OpenForReadOnly(
        settings, directory, family_settings(options, state->memory), &state->handles, &opened);
    state->db.reset(opened);
    if (!result.ok())
        return tl::unexpected(with_dropped(open_error(result, directory), *state->log));
    return StoreAccess::make(std::move(state));
}

}  // namespace crawld
