#include "archive/archive_writer.h"

#include <algorithm>

#include "base/check.h"
#include "base/mutant.h"

namespace crawld {

namespace {

constexpr int kNameTriesMax = 1000;

uint64_t serial_behind(const FileNames& names, const std::vector<std::string>& files) {
    uint64_t next = 0;
    for (std::string_view file : files) {
        if (file.ends_with(kOpenSuffix)) file.remove_suffix(kOpenSuffix.size());
        if (const auto serial = names.serial_of(file)) next = std::max(next, *serial + 1);
    }
    return next;
}

}  // namespace

ArchiveWriter::ArchiveWriter(Disk& disk, ArchiveWriterOptions options, FileNames names,
                             MakeWarcinfo make_warcinfo)
    : disk_(disk),
      options_(std::move(options)),
      names_(std::move(names)),
      make_warcinfo_(std::move(make_warcinfo)) {}
ArchiveWriter::~ArchiveWriter() = default;

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::open(Disk& disk, ArchiveWriterOptions options,
                                                           MakeWarcinfo make_warcinfo) {
    auto names = FileNames::make(options.names);
    if (!names) return tl::unexpected(names.error());
    const auto files = disk.list(options.directory);
    if (!files) return tl::unexpected(files.error().error);
    const uint64_t serial = serial_behind(*names, *files);
    std::unique_ptr<ArchiveWriter> writer(
        new ArchiveWriter(disk, std::move(options), std::move(*names), std::move(make_warcinfo)));
    writer->serial_ = serial;
    return writer;
}

std::string ArchiveWriter::open_path() const {
    return options_.directory + "/" + name_ + std::string(kOpenSuffix);
}

// Keeps what is final.
DiskStatus ArchiveWriter::failed(const DiskError& error) {
    if (!passes(error) && !failure_) failure_ = error;
    return tl::unexpected(error);
}

DiskStatus ArchiveWriter::cut_tail() {
    if (!has_tail_) return {};
    if (auto cut = file_->truncate(bytes_); !cut) return cut;
    has_tail_ = false;
    return {};
}

DiskStatus ArchiveWriter::write(std::span<const std::string_view> pieces) {
    if (auto cut = cut_tail(); !cut) return failed(cut.error());
    const DiskStatus written = file_->write(bytes_, pieces);
    if (written) {
        for (const std::string_view piece : pieces)
            bytes_ += piece.size();
        return {};
    }
    has_tail_ = true;
    (void)cut_tail();  // or before the next group
    return failed(written.error());
}

DiskStatus ArchiveWriter::begin_file(WallTime now) {
    for (int tries = 0;; ++tries) {
        name_ = names_.name(now, serial_++);
        auto made = disk_.create(open_path());
        if (!made && made.error().cause == DiskCause::exists && tries < kNameTriesMax) continue;
        if (!made) {
            name_.clear();
            return failed(made.error());
        }
        file_ = std::move(*made);
        break;
    }
    begun_ = now;
    bytes_ = synced_bytes_ = committed_bytes_ = 0;
    has_tail_ = name_is_synced_ = false;
    committed_lines_ = 0;
    const std::string warcinfo = make_warcinfo_(name_, now);
    const std::string_view piece = warcinfo;
    DiskStatus written = write({&piece, 1});
    if (!written) drop_file();
    return written;
}

// Of which nothing is committed.
void ArchiveWriter::drop_file() {
    (void)disk_.remove(open_path());  // or a start does
    file_.reset();
    name_.clear();
    lines_.clear();
    lines_bytes_ = 0;
}

DiskResult<Appended> ArchiveWriter::append(std::span<const ReadyRecord> group, WallTime now) {
    if (failure_) return tl::unexpected(*failure_);
    end_if_full(now);
    if (!file_)
        if (auto begun = begin_file(now); !begun) return tl::unexpected(begun.error());
    Appended appended{.file = name_, .places = {}};
    std::vector<std::string_view> pieces;
    uint64_t offset = bytes_;
    for (const ReadyRecord& record : group) {
        pieces.push_back(record.bytes);
        appended.places.push_back({offset, record.bytes.size()});
        offset += record.bytes.size();
    }
    if (auto written = write(pieces); !written) return tl::unexpected(written.error());
    // Others do not count the two line ends behind a record that is not compressed.
    const uint64_t uncounted = options_.names.coding == RecordCoding::none ? 4 : 0;
    for (size_t i = 0; i < group.size(); ++i) {
        if (!group[i].index) continue;
        const RecordPlace place = appended.places[i];
        lines_.push_back(cdxj_line(*group[i].index, name_, place.offset, place.length - uncounted));
        lines_bytes_ += lines_.back().size();
    }
    return appended;
}

DiskResult<std::optional<CommittedLength>> ArchiveWriter::sync() {
    if (failure_) return tl::unexpected(*failure_);
    if (!file_) return std::optional<CommittedLength>();
    DiskStatus synced;
    if (!mutant(Mutant::skip_archive_sync)) synced = file_->sync();
    if (!synced && mutant(Mutant::retry_failed_sync)) synced = file_->sync();
    if (synced && !name_is_synced_ && !mutant(Mutant::skip_directory_sync)) {
        synced = disk_.sync_directory(options_.directory);
        // Without a descriptor for it no sync was tried.
        if (!synced && synced.error().error.code == ErrorCode::os_limit)
            return tl::unexpected(synced.error());
    }
    if (!synced) {
        failure_ = synced.error();
        return tl::unexpected(synced.error());
    }
    name_is_synced_ = true;
    synced_bytes_ = bytes_;
    return std::optional(CommittedLength{name_, bytes_});
}

void ArchiveWriter::committed() {
    committed_bytes_ = synced_bytes_;
    committed_lines_ = lines_.size();
}

void ArchiveWriter::roll_back() {
    if (failure_ || !has_uncommitted()) return;
    if (committed_bytes_ == 0) return drop_file();
    while (lines_.size() > committed_lines_) {
        lines_bytes_ -= lines_.back().size();
        lines_.pop_back();
    }
    bytes_ = synced_bytes_ = committed_bytes_;
    has_tail_ = true;
    (void)cut_tail();  // or before the next group
}

void ArchiveWriter::end_if_full(WallTime now) {
    if (failure_ || !file_ || committed_bytes_ != bytes_) return;
    const bool old = options_.file_age_max > Duration{0} && now - begun_ >= options_.file_age_max;
    if (old || bytes_ >= options_.file_max.bytes || lines_bytes_ >= options_.index_bytes_max)
        end_file();
}

// What lies behind the committed length, if cutting it failed, is cut when the file is sealed.
void ArchiveWriter::end_file() {
    full_.push_back({name_, bytes_, std::exchange(lines_, {})});
    lines_bytes_ = 0;
    file_.reset();
    name_.clear();
}

DiskStatus ArchiveWriter::finish() {
    if (failure_) return tl::unexpected(*failure_);
    roll_back();
    if (!file_) return {};
    if (auto cut = cut_tail(); !cut) return failed(cut.error());
    end_file();
    return {};
}

std::vector<FullFile> ArchiveWriter::take_full() {
    return std::exchange(full_, {});
}

}  // namespace crawld
