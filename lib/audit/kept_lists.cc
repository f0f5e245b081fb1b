#include "audit/kept_lists.h"

#include <algorithm>
#include <filesystem>

#include "archive/file_names.h"
#include "audit/set_aside.h"
#include "base/check.h"
#include "crawl/page_sink.h"
#include "exchange/line_reader.h"

namespace crawld {

namespace {

namespace fs = std::filesystem;

constexpr size_t kWriteBytes = 1 << 20;
constexpr std::string_view kUnderWay = ".repairing";  // of a list that is being written anew

Status remove_if_there(Disk& disk, const std::string& path) {
    const auto removed = disk.remove(path);
    const bool gone = removed || removed.error().cause == DiskCause::not_found;
    return gone ? Status() : as_status(removed);
}

// Writes lines to a new file, some at a time.
class LineWriter {
  public:
    explicit LineWriter(std::unique_ptr<DiskFile> file) : file_(std::move(file)) {}
    Status add(std::string_view line) {
        buffer_ += line;
        return buffer_.size() < kWriteBytes ? Status() : flush();
    }
    Status finish() {
        if (auto flushed = flush(); !flushed) return flushed;
        return as_status(file_->sync());
    }

  private:
    Status flush() {
        const std::string_view piece = buffer_;
        const auto written = file_->write(at_, {&piece, 1});
        at_ += buffer_.size();
        buffer_.clear();
        return as_status(written);
    }

    std::unique_ptr<DiskFile> file_;
    std::string buffer_;
    uint64_t at_ = 0;
};

}  // namespace

Status KeptLists::read_rows(Store& old) {
    for (const bool ended : {false, true}) {
        auto lists = ended ? ended_lists(old) : open_lists(old);
        if (!lists && lists.error().code != ErrorCode::corrupt)
            return tl::unexpected(lists.error());
        if (!lists) {  // as if there were none
            all_known_ = false;
            continue;
        }
        for (CommittedList& list : *lists) {
            Known& known = known_[list.length.file];
            (ended ? known.ended : known.open) = std::move(list);
        }
    }
    return {};
}

// The first `bytes`, as far as lines are whole.
Result<KeptLists::Read> KeptLists::read_lines(const std::string& path, uint64_t bytes) {
    auto reader = LineReader::open(path);
    if (!reader) return tl::unexpected(reader.error());
    Read read;
    for (;;) {
        const auto line = reader->next();
        if (!line) return tl::unexpected(line.error());
        if (!*line) break;
        const std::string_view raw = (*line)->raw;
        if (!raw.ends_with('\n') || read.bytes + raw.size() > bytes) break;
        read.bytes += raw.size();
        read.digest = add_line(read.digest, raw);
    }
    return read;
}

Status KeptLists::carry_list(Batch& batch, const std::string& name, bool open, bool has_old) {
    const std::string path =
        setup_.directory + "/" + name + (open ? std::string(kOpenSuffix) : std::string());
    std::error_code failed;
    if (open && fs::exists(setup_.directory + "/" + name, failed)) {
        if (auto aside = set_aside(path, name, "is there with its name too"); !aside) return aside;
        return remove_if_there(setup_.disk, path);
    }
    const auto known = known_.extract(name);
    const Known rows = known ? known.mapped() : Known();
    const auto& row = rows.ended ? rows.ended : rows.open;
    if (!open && !row && has_old) return {};  // of an earlier state
    const uint64_t size = fs::file_size(path, failed);
    if (failed) return tl::unexpected(errno_error(failed.value(), "cannot read " + path));
    // Behind what is committed of an open one is what the next start cuts.
    const uint64_t bytes = open && row ? std::min(size, row->length.bytes) : size;
    const auto read = read_lines(path, bytes);
    if (!read) return tl::unexpected(read.error());
    const bool same = row && row->length.bytes == read->bytes && bytes == read->bytes;
    CommittedList list{.length = {name, open ? read->bytes : size}, .digest = {}};
    if (same && row->digest && *row->digest == read->digest && all_known_)
        list.digest = row->digest;
    else if (same && row->digest && *row->digest != read->digest)
        told_.push_back(path +
                        ": its lines are not those that were committed, and which of them "
                        "was changed cannot be told; it is kept");
    if (open && read->bytes == 0) return {};
    bytes_[path] = list.length.bytes;
    batch.put(Family::meta, open ? pages_key(name) : ended_pages_key(name), encode(list));
    return {};
}

Status KeptLists::carry(Store& fresh, Store* old, bool all_known) {
    all_known_ = all_known;
    if (old != nullptr)
        if (auto read = read_rows(*old); !read) return read;
    const auto ours = FileNames::make(page_file_names());
    CRAWLD_CHECK(ours.has_value());
    const auto names = setup_.disk.list(setup_.directory);
    if (!names && names.error().cause != DiskCause::not_found)
        return tl::unexpected(names.error().error);
    Batch batch;
    for (std::string name : names ? *names : std::vector<std::string>()) {
        const bool open = name.ends_with(kOpenSuffix);
        if (open) name.resize(name.size() - kOpenSuffix.size());
        if (!ours->serial_of(name)) continue;
        if (auto carried = carry_list(batch, name, open, old != nullptr); !carried) return carried;
    }
    for (const auto& [name, rows] : known_)
        if (rows.ended && !setup_.lost)
            batch.put(Family::meta, ended_pages_key(name), encode(*rows.ended));
    return batch.count() > 0 ? fresh.write(batch) : Status();
}

bool KeptLists::takes(const Fault& fault) {
    if (!fault.line || !fault.file.starts_with(setup_.directory + "/")) return false;
    wrong_[fault.file].push_back(*fault.line);
    return true;
}

Status KeptLists::set_aside(const std::string& path, const std::string& name, std::string why) {
    const auto aside =
        keep_aside(setup_.disk, path, setup_.directory + "/" + name, Change::replaced);
    if (!aside) return tl::unexpected(aside.error());
    told_.push_back(path + ": " + std::move(why) + "; as it was it is kept in " + *aside);
    return {};
}

Result<KeptLists::Read> KeptLists::write_without(const std::string& path, const std::string& name,
                                                 const std::vector<uint64_t>& lines) {
    const std::string fresh = path + std::string(kUnderWay);
    if (auto removed = remove_if_there(setup_.disk, fresh); !removed)
        return tl::unexpected(removed.error());
    auto file = setup_.disk.create(fresh);
    if (!file) return tl::unexpected(file.error().error);
    LineWriter writer(std::move(*file));
    auto reader = LineReader::open(path);
    if (!reader) return tl::unexpected(reader.error());
    Read written;
    for (uint64_t bytes = 0; bytes < bytes_[path];) {
        const auto line = reader->next();
        if (!line) return tl::unexpected(line.error());
        if (!*line) break;
        bytes += (*line)->raw.size();
        if (std::binary_search(lines.begin(), lines.end(), reader->line())) continue;
        const std::string text = std::string((*line)->text) + "\n";
        if (auto added = writer.add(text); !added) return tl::unexpected(added.error());
        written.bytes += text.size();
        written.digest = add_line(written.digest, text);
    }
    Status done = writer.finish();
    if (done)
        done = set_aside(path, name,
                         std::to_string(lines.size()) +
                             " lines that are damaged, or of visits that are not where they say, "
                             "are left out");
    if (done) done = as_status(setup_.disk.rename(fresh, path));
    if (done) done = as_status(setup_.disk.sync_directory(setup_.directory));
    if (!done) return tl::unexpected(done.error());
    return written;
}

Status KeptLists::mend(Store& fresh) {
    Batch batch;
    for (auto& [path, lines] : wrong_) {
        std::string name = fs::path(path).filename();
        const bool open = name.ends_with(kOpenSuffix);
        if (open) name.resize(name.size() - kOpenSuffix.size());
        std::sort(lines.begin(), lines.end());
        lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
        const auto written = write_without(path, name, lines);
        if (!written) {
            told_.push_back(path + " cannot be mended: " + written.error().message);
            continue;
        }
        CommittedList list{.length = {name, written->bytes}, .digest = {}};
        const std::string key = open ? pages_key(name) : ended_pages_key(name);
        if (open && written->bytes == 0)
            batch.erase(Family::meta, key);
        else
            batch.put(Family::meta, key, encode(list));
    }
    return batch.count() > 0 ? fresh.write(batch) : Status();
}

}  // namespace crawld
