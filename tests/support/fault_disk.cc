#include "support/fault_disk.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

namespace crawld::test {

struct FaultDisk::Inode {
    std::string bytes;   // as the process sees them
    std::string synced;  // as they are on the disk
};

struct FaultDisk::State {
    explicit State(std::shared_ptr<FaultPlan> the_plan) : plan(std::move(the_plan)) {}

    using Directory = std::map<std::string, std::shared_ptr<Inode>>;
    using Change = std::function<void(Directory&)>;

    Directory names;
    Directory synced_names;
    std::vector<Change> changes;  // that were not synced, in order
    const std::shared_ptr<FaultPlan> plan;

    void change(Change made) {
        made(names);
        changes.push_back(std::move(made));
    }
    // Whether the operation that begins now works.
    DiskStatus begin(const std::string& path) {
        const Fault fault = plan->begin();
        if (fault == Fault::none) return {};
        const bool full = fault == Fault::no_space;
        return tl::unexpected(DiskError{full ? DiskCause::no_space : DiskCause::other,
                                        {ErrorCode::io, "cannot change " + path}});
    }
    DiskStatus alive(const std::string& path) const {
        if (!plan->is_dead()) return {};
        return tl::unexpected(DiskError{DiskCause::other, {ErrorCode::io, "cannot read " + path}});
    }
};

namespace {

tl::unexpected<DiskError> no_file(const std::string& path) {
    return tl::unexpected(
        DiskError{DiskCause::not_found, {ErrorCode::cannot_create, "there is no file " + path}});
}

// Of what was written behind the synced bytes, sectors are on the disk in any order.
std::string torn(const std::string& synced, const std::string& bytes, Prng& prng) {
    constexpr size_t kSector = 16;
    if (!bytes.starts_with(synced)) return prng.below(2) == 0 ? synced : bytes;
    std::string left =
        bytes.substr(0, synced.size() + prng.below(bytes.size() - synced.size() + 1));
    for (size_t at = synced.size(); at < left.size(); at += kSector) {
        if (prng.below(3) != 0) continue;
        const size_t end = std::min(at + kSector, left.size());
        std::fill(left.begin() + static_cast<std::ptrdiff_t>(at),
                  left.begin() + static_cast<std::ptrdiff_t>(end), '\0');
    }
    return left;
}

}  // namespace

class FaultDisk::File : public DiskFile {
  public:
    File(std::string path, std::shared_ptr<Inode> inode, std::shared_ptr<State> state, bool writes)
        : path_(std::move(path)),
          inode_(std::move(inode)),
          state_(std::move(state)),
          writes_(writes) {}

    const std::string& path() const override { return path_; }
    DiskResult<size_t> read(uint64_t offset, std::span<char> out) override {
        if (auto alive = state_->alive(path_); !alive) return tl::unexpected(alive.error());
        if (offset >= inode_->bytes.size()) return 0;
        return inode_->bytes.copy(out.data(), out.size(), offset);
    }
    DiskStatus write(uint64_t offset, std::span<const std::string_view> pieces) override {
        std::string all;
        for (const std::string_view piece : pieces)
            all += piece;
        const DiskStatus works = begin();
        if (!works) all.resize(all.size() / 2);
        if (works || !all.empty()) {
            inode_->bytes.resize(std::max(inode_->bytes.size(), offset + all.size()));
            inode_->bytes.replace(offset, all.size(), all);
        }
        return works;
    }
    DiskStatus truncate(uint64_t bytes) override {
        const DiskStatus works = begin();
        if (works) inode_->bytes.resize(bytes);
        return works;
    }
    DiskStatus sync() override {
        const DiskStatus works = begin();
        if (works) {
            inode_->synced = inode_->bytes;
            return works;
        }
        for (size_t i = inode_->synced.size(); i < inode_->bytes.size(); ++i)
            inode_->bytes[i] = '\0';
        return works;
    }
    DiskResult<uint64_t> size() override {
        if (auto alive = state_->alive(path_); !alive) return tl::unexpected(alive.error());
        return inode_->bytes.size();
    }

  private:
    DiskStatus begin() {
        if (writes_) return state_->begin(path_);
        return tl::unexpected(
            DiskError{DiskCause::other, {ErrorCode::io, path_ + " is open to be read"}});
    }

    std::string path_;
    std::shared_ptr<Inode> inode_;
    std::shared_ptr<State> state_;
    bool writes_;
};

FaultDisk::FaultDisk(std::shared_ptr<FaultPlan> plan)
    : plan_(std::move(plan)), state_(std::make_shared<State>(plan_)) {}
FaultDisk::~FaultDisk() = default;

void FaultDisk::lose_power(Unsynced unsynced, Prng& prng) {
    stop_failing();
    size_t kept = 0;
    if (unsynced == Unsynced::kept) kept = state_->changes.size();
    if (unsynced == Unsynced::torn) kept = prng.below(state_->changes.size() + 1);
    State::Directory names = state_->synced_names;
    for (size_t i = 0; i < kept; ++i)
        state_->changes[i](names);
    for (const auto& [name, inode] : names) {
        if (unsynced == Unsynced::dropped) inode->bytes = inode->synced;
        if (unsynced == Unsynced::torn) inode->bytes = torn(inode->synced, inode->bytes, prng);
        inode->synced = inode->bytes;
    }
    state_->names = state_->synced_names = std::move(names);
    state_->changes.clear();
}

std::string FaultDisk::contents(const std::string& path) const {
    const auto found = state_->names.find(path);
    return found == state_->names.end() ? "" : found->second->bytes;
}
void FaultDisk::put(const std::string& path, std::string bytes) {
    const auto inode = std::make_shared<Inode>(Inode{bytes, bytes});
    state_->names[path] = state_->synced_names[path] = inode;
}
std::vector<std::string> FaultDisk::names() const {
    std::vector<std::string> names;
    for (const auto& [name, inode] : state_->names)
        names.push_back(name);
    return names;
}

DiskResult<std::unique_ptr<DiskFile>> FaultDisk::create(const std::string& path) {
    if (auto works = state_->begin(path); !works) return tl::unexpected(works.error());
    if (state_->names.contains(path))
        return tl::unexpected(
            DiskError{DiskCause::exists, {ErrorCode::cannot_create, "there is a file " + path}});
    const auto inode = std::make_shared<Inode>();
    state_->change([path, inode](State::Directory& names) { names[path] = inode; });
    return std::make_unique<File>(path, inode, state_, true);
}

DiskResult<std::unique_ptr<DiskFile>> FaultDisk::open_to_read(const std::string& path) {
    if (auto alive = state_->alive(path); !alive) return tl::unexpected(alive.error());
    const auto found = state_->names.find(path);
    if (found == state_->names.end()) return no_file(path);
    return std::make_unique<File>(path, found->second, state_, false);
}

DiskResult<std::unique_ptr<DiskFile>> FaultDisk::open_to_write(const std::string& path) {
    if (auto alive = state_->alive(path); !alive) return tl::unexpected(alive.error());
    const auto found = state_->names.find(path);
    if (found == state_->names.end()) return no_file(path);
    return std::make_unique<File>(path, found->second, state_, true);
}

DiskStatus FaultDisk::rename(const std::string& from, const std::string& to) {
    if (auto works = state_->begin(from); !works) return works;
    if (!state_->names.contains(from)) return no_file(from);
    state_->change([from, to](State::Directory& names) {
        names[to] = names[from];
        names.erase(from);
    });
    return {};
}

DiskStatus FaultDisk::remove(const std::string& path) {
    if (!state_->names.contains(path)) return no_file(path);
    if (auto works = state_->begin(path); !works) return works;
    state_->change([path](State::Directory& names) { names.erase(path); });
    return {};
}

DiskResult<std::vector<std::string>> FaultDisk::list(const std::string& directory) {
    if (auto alive = state_->alive(directory); !alive) return tl::unexpected(alive.error());
    std::vector<std::string> names;
    for (const auto& [name, inode] : state_->names)
        if (name.starts_with(directory + "/")) names.push_back(name.substr(directory.size() + 1));
    return names;
}

DiskStatus FaultDisk::sync_directory(const std::string& directory) {
    if (auto works = state_->begin(directory); !works) return works;
    state_->synced_names = state_->names;
    state_->changes.clear();
    return {};
}

DiskResult<uint64_t> FaultDisk::free_bytes(const std::string&) {
    return uint64_t{1} << 30;
}

}  // namespace crawld::test
