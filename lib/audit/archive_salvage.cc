#include "audit/archive_salvage.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "archive/file_names.h"
#include "archive/sealing.h"
#include "audit/index_lines.h"
#include "audit/set_aside.h"
#include "base/text.h"
#include "exchange/line_reader.h"

namespace crawld {

namespace {

constexpr size_t kLineBytesMax = kFieldBytesMax;
constexpr std::string_view kOutlink = "outlink: ";

// The lines of a block that comes in pieces. What is longer is left out.
class Lines {
  public:
    template <class Line>
    void put(std::string_view piece, const Line& line) {
        while (!piece.empty()) {
            const size_t newline = piece.find('\n');
            const bool whole = newline != piece.npos;
            if (text_.size() <= kLineBytesMax) text_ += piece.substr(0, newline);
            piece.remove_prefix(whole ? newline + 1 : piece.size());
            if (!whole) return;
            if (text_.size() <= kLineBytesMax) line(trim(text_));
            text_.clear();
        }
    }

  private:
    std::string text_;
};

// "outlink: URL hop context".
SalvagedLink link_of(std::string_view line, std::string_view via) {
    line.remove_prefix(kOutlink.size());
    const size_t space = line.find(' ');
    SalvagedLink link{.url = line.substr(0, space), .via = via};
    if (space != line.npos && space + 1 < line.size()) link.hop = line[space + 1];
    return link;
}

}  // namespace

Result<ArchiveSalvage::Counts> ArchiveSalvage::run() {
    const auto names = setup_.disk.list(setup_.directory);
    if (!names && names.error().cause == DiskCause::not_found) return counts_;
    if (!names) return tl::unexpected(names.error().error);
    std::set<std::string> without_file;  // indexes
    const std::string kept_suffix = std::string(kIndexSuffix) + std::string(kDamagedSuffix);
    for (const std::string& name : *names) {
        if (setup_.lost && name.ends_with(kIndexSuffix)) without_file.insert(name);
        if (const size_t at = name.rfind(kept_suffix); at != name.npos)
            kept_[name.substr(0, at + kIndexSuffix.size())].push_back(setup_.directory + "/" +
                                                                      name);
    }
    for (std::string name : *names) {
        const bool open = name.ends_with(kOpenSuffix);
        if (open) name.resize(name.size() - kOpenSuffix.size());
        const bool ours =
            std::any_of(kRecordCodings.begin(), kRecordCodings.end(),
                        [&](RecordCoding coding) { return name.ends_with(file_suffix(coding)); });
        if (!ours) continue;
        without_file.erase(index_name(name));
        if (auto read = read_file(name, open); !read) return tl::unexpected(read.error());
    }
    std::vector<std::string> indexes;  // of what is not there
    for (const std::string& name : without_file)
        indexes.push_back(setup_.directory + "/" + name);
    for (const auto& [name, paths] : kept_)
        indexes.insert(indexes.end(), paths.begin(), paths.end());
    for (const std::string& path : indexes)
        if (auto told = tell_gone(path, {{0, UINT64_MAX}}); !told)
            return tl::unexpected(told.error());
    counts_.orphans.assign(without_file.begin(), without_file.end());
    return counts_;
}

Status ArchiveSalvage::read_file(const std::string& name, bool open) {
    const std::string path = setup_.directory + "/" + name;
    File file{.name = name,
              .open = open,
              .path = open ? path + std::string(kOpenSuffix) : path,
              .index_path = setup_.directory + "/" + index_name(name),
              .offsets = {},
              .gaps = {},
              .lines = {}};
    std::error_code failed;
    const uint64_t size = std::filesystem::file_size(file.path, failed);
    if (failed) return tl::unexpected(errno_error(failed.value(), "cannot read " + file.path));
    auto offsets = index_offsets(file.index_path);
    if (!offsets) return tl::unexpected(offsets.error());
    file.offsets = std::move(*offsets);
    ++counts_.files;
    file.bytes = size;
    const auto committed = setup_.committed.find(name);
    if (open && committed != setup_.committed.end()) file.bytes = std::min(size, committed->second);
    if (auto read = read_records(file); !read) return read;
    if (!file.offsets.empty() && file.offsets.back() >= file.bytes)
        file.gaps.push_back({file.bytes, UINT64_MAX});
    if (auto told = tell_gone(file.index_path, file.gaps); !told) return told;
    if (auto told = tell_kept(file); !told) return told;
    if (!open) {
        const Status mended = mend_index(file);
        return mended ? setup_.file({name, size}, false) : mended;
    }
    if (file.readable < file.bytes) {
        auto aside = keep_aside(setup_.disk, file.path, path, Change::in_place);
        if (!aside) return tl::unexpected(aside.error());
        counts_.set_aside.push_back(std::move(*aside));
    }
    // Without a whole record the start removes it, and it is kept aside.
    return file.readable == 0 ? Status() : setup_.file({name, file.readable}, true);
}

bool ArchiveSalvage::in_gap(const std::vector<Gap>& gaps, uint64_t offset) {
    const auto next = std::upper_bound(gaps.begin(), gaps.end(), offset,
                                       [](uint64_t at, const Gap& gap) { return at < gap.begin; });
    return next != gaps.begin() && offset < std::prev(next)->end;
}

// Its lines of what cannot be read are all that is known of that, and stay; those of what is behind
// the end of the file go, and were told.
Status ArchiveSalvage::mend_index(File& file) {
    std::vector<std::string> there;
    uint64_t bytes = 0;
    auto reader = LineReader::open(file.index_path);
    const bool missing = !reader && reader.error().code == ErrorCode::no_input;
    if (!reader && !missing) return tl::unexpected(reader.error());
    while (reader) {
        const auto line = reader->next();
        if (!line) return tl::unexpected(line.error());
        if (!*line) break;
        there.push_back(std::string((*line)->text) + "\n");
        bytes += there.back().size();
        const auto offset = read_index_line((*line)->text).offset;
        if (offset && !(*line)->cut && *offset < file.bytes && in_gap(file.gaps, *offset))
            file.lines.push_back(there.back());
    }
    std::sort(file.lines.begin(), file.lines.end());
    std::error_code failed;
    const bool whole = !missing && std::filesystem::file_size(file.index_path, failed) == bytes;
    if (whole && same_but_mime(there, file.lines)) return {};
    Result<std::string> aside;
    if (!missing)
        aside = keep_aside(setup_.disk, file.index_path, file.index_path, Change::replaced);
    DiskStatus written;
    if (aside) written = write_index(setup_.disk, file.index_path, file.lines);
    if (aside && written) written = setup_.disk.sync_directory(setup_.directory);
    std::string told =
        file.index_path + (missing ? ": the index was missing" : ": the index was damaged");
    if (aside && written)
        told += ", and is written anew" +
                (missing ? std::string() : "; as it was it is kept in " + *aside);
    else
        told += ", and cannot be written anew: " +
                (aside ? written.error().error : aside.error()).message;
    counts_.told.push_back(std::move(told));
    return {};
}

// Indexes of it that were kept aside, of what an index that was written anew since has not.
Status ArchiveSalvage::tell_kept(const File& file) {
    const auto kept = kept_.extract(index_name(file.name));
    if (!kept) return {};
    std::vector<Gap> gaps = file.gaps;
    gaps.push_back({file.bytes, UINT64_MAX});
    for (const std::string& path : kept.mapped())
        if (auto told = tell_gone(path, gaps); !told) return told;
    return {};
}

Status ArchiveSalvage::tell_gone(const std::string& index_path, const std::vector<Gap>& gaps) {
    if (gaps.empty()) return {};
    auto lines = LineReader::open(index_path);
    if (!lines && lines.error().code == ErrorCode::no_input) return {};
    if (!lines) return tl::unexpected(lines.error());
    for (;;) {
        const auto text = lines->next();
        if (!text) return tl::unexpected(text.error());
        if (!*text) return {};
        const IndexLine line = read_index_line((*text)->text);
        if (!line.offset || !in_gap(gaps, *line.offset)) continue;
        if (auto told = setup_.gone(line.url); !told) return told;
    }
}

// Of a file that was being written nothing counts behind the first gap, where it will be cut.
Status ArchiveSalvage::read_records(File& file) {
    uint64_t at = 0;
    while (at < file.bytes) {
        const auto reader = WarcReader::open(setup_.disk, file.path, file.bytes, at);
        if (!reader) return tl::unexpected(reader.error());
        for (;;) {
            const auto end = read_record(file, **reader);
            if (!end && end.error().code != ErrorCode::corrupt) return tl::unexpected(end.error());
            if (!end) break;
            if (!*end) return tell_held(false);
            at = **end;
        }
        if (auto told = tell_held(false); !told) return told;
        const uint64_t begin = at;
        at = file.open ? file.bytes : end_of_gap(file.offsets, at, file.bytes);
        file.gaps.push_back({begin, at});
        ++counts_.gaps;
    }
    return {};
}

// Where it ends; nothing at the end of the file; corrupt: there is a gap.
Result<std::optional<uint64_t>> ArchiveSalvage::read_record(File& file, WarcReader& reader) {
    Lines lines;
    std::vector<std::string> links;
    const auto record = reader.next([&](std::string_view piece) {
        lines.put(piece, [&](std::string_view line) {
            if (line.starts_with(kOutlink)) links.emplace_back(line);
        });
    });
    if (!record) return tl::unexpected(record.error());
    if (!*record) return std::optional<uint64_t>();
    const uint64_t end = (*record)->offset + (*record)->length;
    if (!(*record)->problems.empty()) {
        if (file.open) return fail(ErrorCode::corrupt, to_text((*record)->problems.front()));
        file.gaps.push_back({(*record)->offset, end});
        ++counts_.gaps;
        return std::optional(end);
    }
    if (file.gaps.empty())
        file.readable = (*record)->offset + stored_bytes(file.name, (*record)->length);
    if (const auto entry = file.open ? std::nullopt : cdxj_entry(**record))
        file.lines.push_back(cdxj_line(*entry, file.name, (*record)->offset, (*record)->length));
    if (auto taken = take(file.name, **record, links); !taken) return tl::unexpected(taken.error());
    return std::optional(end);
}

Status ArchiveSalvage::take(const std::string& name, const ReadRecord& record,
                            const std::vector<std::string>& links) {
    ++counts_.records;
    if (record.type() != "metadata") return hold(name, record);
    for (const std::string& line : links)
        if (auto told = setup_.link(link_of(line, record.target_uri())); !told) return told;
    const bool of_held = held_ && record.fields.uri("WARC-Concurrent-To") == held_id_;
    if (!of_held) return {};
    // Of a redirect that led somewhere the target is among them; older archives do not have it.
    const bool redirect = held_->status / 100 == 3 && held_->status != 304;
    return tell_held(held_->status != 304 && !(redirect && links.empty()));
}

Status ArchiveSalvage::hold(const std::string& name, const ReadRecord& record) {
    const auto entry = cdxj_entry(record);
    if (!entry) return {};
    if (auto told = tell_held(false); !told) return told;
    SalvagedPage page{
        .url = entry->url,
        .date = entry->date,
        .status = record.status,
        .row = {.copy = {},
                .file = name,
                .place = {.offset = record.offset, .length = stored_bytes(name, record.length)}},
        .revisit = record.type() == "revisit",
        .new_payload = {}};
    const auto digest = Digest::parse(entry->digest);
    const auto referred = parse_warc_date(record.fields.find("WARC-Refers-To-Date").value_or(""));
    if (digest && page.revisit && referred) {
        const std::string_view url = record.fields.uri("WARC-Refers-To-Target-URI");
        page.row.copy = {.payload = digest->bytes,
                         .date = *referred,
                         .url = std::string(url == entry->url.href() ? "" : url)};
    } else if (digest && !page.revisit && !record.fields.find("WARC-Truncated")) {
        page.row.copy = {.payload = digest->bytes, .date = entry->date};
        if (*digest != digest_of(digest->algorithm, "")) page.new_payload = digest->bytes;
    }
    if (record.status != 200) page.row.copy = {};
    held_ = std::move(page);
    held_id_ = record.fields.uri("WARC-Record-ID");
    return {};
}

Status ArchiveSalvage::tell_held(bool links_known) {
    if (!held_) return {};
    held_->links_known = links_known;
    const Status told = setup_.page(*held_);
    held_.reset();
    return told;
}

}  // namespace crawld
