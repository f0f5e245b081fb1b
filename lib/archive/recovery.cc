#include "archive/recovery.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/mutant.h"

namespace crawld {

namespace {

tl::unexpected<DiskError> damaged(const std::string& path, const std::string& what) {
    return tl::unexpected(
        DiskError{DiskCause::other,
                  {ErrorCode::corrupt, "the archive file " + path + " " + what +
                                           "; restore it from a backup, or run crawld "
                                           "repair"}});
}

// Looks at all before anything is changed.
class Inspection {
  public:
    Inspection(Disk& disk, const ArchiveWriterOptions& options) : disk_(disk), options_(options) {}

    DiskStatus list() {
        auto names = disk_.list(options_.directory);
        if (!names) return tl::unexpected(names.error());
        present_.insert(names->begin(), names->end());
        return {};
    }
    const std::set<std::string>& present() const { return present_; }

    DiskResult<uint64_t> size_of(const std::string& name) {
        auto file = disk_.open_to_read(options_.directory + "/" + name);
        if (!file) return tl::unexpected(file.error());
        return (*file)->size();
    }

    // Whether it is open, with the bytes that it has.
    struct Found {
        bool open;
        uint64_t bytes;
    };
    DiskResult<Found> find(const CommittedLength& committed) {
        const std::string open_name = committed.file + std::string(kOpenSuffix);
        const bool open = present_.contains(open_name), sealed = present_.contains(committed.file);
        const std::string path = options_.directory + "/" + (open ? open_name : committed.file);
        if (!open && !sealed)
            return damaged(options_.directory + "/" + open_name,
                           "is missing, and so is " + committed.file +
                               ", which it may have been sealed as: if that was moved away, put it "
                               "back until crawld has started");
        if (open && sealed) return damaged(path, "is there twice, open and sealed");
        const auto bytes = size_of(open ? open_name : committed.file);
        if (!bytes) return tl::unexpected(bytes.error());
        const bool is_short = *bytes < committed.bytes && !mutant(Mutant::accept_short_file);
        if (is_short || (sealed && *bytes != committed.bytes))
            return damaged(path, "has " + std::to_string(*bytes) + " bytes, and " +
                                     std::to_string(committed.bytes) + " were committed");
        return Found{open, *bytes};
    }

  private:
    Disk& disk_;
    const ArchiveWriterOptions& options_;
    std::set<std::string> present_;
};

DiskStatus cut(Disk& disk, const std::string& path, uint64_t bytes) {
    auto file = disk.open_to_write(path);
    if (!file) return tl::unexpected(file.error());
    if (auto done = (*file)->truncate(bytes); !done) return done;
    return (*file)->sync();
}

// Of this archive and open: a file, or an index that was being written.
bool is_leftover(const std::string& open_name, const FileNames& names) {
    const std::string name = open_name.substr(0, open_name.size() - kOpenSuffix.size());
    if (!name.ends_with(kIndexSuffix)) return names.serial_of(name).has_value();
    const std::string stem = name.substr(0, name.size() - kIndexSuffix.size());
    for (const RecordCoding coding : kRecordCodings)
        if (names.serial_of(stem + std::string(file_suffix(coding)))) return true;
    return false;
}

DiskStatus remove_leftovers(Disk& disk, const std::string& directory, const FileNames& names,
                            const std::set<std::string>& present, const std::set<std::string>& kept,
                            Recovery& recovery) {
    for (const std::string& name : present) {
        if (!name.ends_with(kOpenSuffix) || kept.contains(name)) continue;
        if (!is_leftover(name, names)) {
            recovery.left_alone.push_back(name);
            continue;
        }
        if (auto removed = disk.remove(directory + "/" + name); !removed) return removed;
        recovery.removed.push_back(name);
    }
    return {};
}

}  // namespace

uint64_t Recovery::cut_bytes() const {
    uint64_t bytes = 0;
    for (const CutFile& file : cut)
        bytes += file.bytes_before - file.bytes;
    return bytes;
}

DiskResult<Recovery> recover(Disk& disk, const ArchiveWriterOptions& options,
                             std::span<const CommittedLength> committed) {
    const auto names = FileNames::make(options.names);
    if (!names) return tl::unexpected(DiskError{DiskCause::other, names.error()});
    Inspection inspection(disk, options);
    if (auto listed = inspection.list(); !listed) return tl::unexpected(listed.error());

    Recovery recovery;
    std::set<std::string> kept;
    for (const CommittedLength& file : committed) {
        const auto found = inspection.find(file);
        if (!found) return tl::unexpected(found.error());
        if (!found->open) {
            ++recovery.sealed_checked;
            continue;
        }
        kept.insert(file.file + std::string(kOpenSuffix));
        recovery.to_seal.push_back({file.file, file.bytes, std::nullopt});
        if (found->bytes > file.bytes && !mutant(Mutant::keep_tail))
            recovery.cut.push_back({file.file, found->bytes, file.bytes});
    }
    for (const CutFile& file : recovery.cut) {
        const std::string path = options.directory + "/" + file.name + std::string(kOpenSuffix);
        if (auto done = cut(disk, path, file.bytes); !done) return tl::unexpected(done.error());
    }
    DiskStatus done =
        remove_leftovers(disk, options.directory, *names, inspection.present(), kept, recovery);
    if (done && !mutant(Mutant::skip_recovery_sync)) done = disk.sync_directory(options.directory);
    if (!done) return tl::unexpected(done.error());
    return recovery;
}

}  // namespace crawld
