// Opening: look without touching, then recover, then make it a state of this version.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/bytes.h"
#include "store/commit_mark.h"
#include "store/look.h"
#include "store/state.h"
#include "store/status.h"
#include "store/store_env.h"

namespace crawld {

namespace {

namespace fs = std::filesystem;

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

Status open_database(StoreAccess::State& state, rocksdb::Env& env, const Look& look) {
    const auto cut = cut_files(state.directory, look.cuts);
    if (!cut) return tl::unexpected(cut.error());
    state.cut_bytes = *cut;
    rocksdb::DBOptions settings = database_settings(state.options, state.memory, env);
    state.log = std::make_shared<InfoLog>(env, state.directory + "/LOG");
    settings.info_log = state.log;
    settings.listeners.push_back(state.failures);
    std::vector<rocksdb::ColumnFamilyDescriptor> families =
        family_settings(state.options, state.memory);
    families.resize(look.families);
    rocksdb::DB* opened = nullptr;
    const auto result =
        rocksdb::DB::Open(settings, state.directory, families, &state.handles, &opened);
    state.db.reset(opened);
    if (result.ok()) return {};
    return tl::unexpected(
        with_names(open_error(result, state.directory), *state.log, env, state.directory));
}

// Those that are missing, all at once: one by one, as Open() makes them, each costs an options file
// of its own with two syncs and a rename.
Status create_families(StoreAccess::State& state) {
    std::vector<rocksdb::ColumnFamilyDescriptor> families =
        family_settings(state.options, state.memory);
    families.erase(families.begin(),
                   families.begin() + static_cast<std::ptrdiff_t>(state.handles.size()));
    if (families.empty()) return {};
    std::vector<rocksdb::ColumnFamilyHandle*> made;
    const auto result = state.db->CreateColumnFamilies(families, &made);
    state.handles.insert(state.handles.end(), made.begin(), made.end());
    if (state.mark) state.mark->manifest_changed();
    if (result.ok()) return {};
    return tl::unexpected(open_error(result, state.directory));
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

// A state that is being made has no version before it has all its families. One that is there gets
// its version first: until then it is what it was and the crawld that wrote it reads it, and from
// then on that one refuses it as a newer one's; an upgrade that is cut short goes on here.
Status make_current(Store& store, StoreAccess::State& state, bool is_new) {
    Status made;
    if (is_new) made = create_families(state);
    if (made) made = write_format(store, is_new);
    if (made && !is_new) made = create_families(state);
    return made;
}

}  // namespace

Result<std::unique_ptr<Store>> open_store_on(rocksdb::Env& env, const std::string& directory,
                                             const StoreOptions& options) {
    const auto look = look_at(env, directory);
    if (!look) return tl::unexpected(look.error());
    if (!look->is_there)
        if (auto made = make_directories(directory); !made) return tl::unexpected(made.error());
    auto made = std::make_unique<StoreAccess::State>();
    StoreAccess::State& state = *made;
    state.directory = directory;
    state.options = options;
    state.memory = make_shared_memory(options);
    state.was_new = look->version == 0;
    if (!state.was_new && look->version < kStateFormatVersion) state.upgraded_from = look->version;
    if (auto opened = open_database(state, env, *look); !opened)
        return tl::unexpected(opened.error());
    if (&env == rocksdb::Env::Default()) {
        auto mark = CommitMark::create(directory);
        if (!mark) return tl::unexpected(mark.error());
        state.mark = std::move(*mark);
    }
    auto store = StoreAccess::make(std::move(made));
    if (auto current = make_current(*store, state, state.was_new); !current)
        return tl::unexpected(current.error());
    return store;
}

Result<std::unique_ptr<Store>> Store::open(const std::string& directory,
                                           const StoreOptions& options) {
    return open_store_on(*rocksdb::Env::Default(), directory, options);
}

Result<std::unique_ptr<Store>> Store::open_read_only(const std::string& directory,
                                                     const StoreOptions& options) {
    rocksdb::Env& env = *rocksdb::Env::Default();
    const auto look = look_at(env, directory);
    if (!look) return tl::unexpected(look.error());
    if (look->version == 0)
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
    state->log = std::make_shared<InfoLog>();
    rocksdb::DBOptions settings =
        database_settings(options, state->memory, env_for(env, *look, state->env));
    settings.info_log = state->log;
    std::vector<rocksdb::ColumnFamilyDescriptor> families = family_settings(options, state->memory);
    families.resize(look->families);
    rocksdb::DB* opened = nullptr;
    const auto result =
        rocksdb::DB::OpenForReadOnly(settings, directory, families, &state->handles, &opened);
    state->db.reset(opened);
    if (!result.ok())
        return tl::unexpected(
            with_names(open_error(result, directory), *state->log, env, directory));
    return StoreAccess::make(std::move(state));
}

}  // namespace crawld
