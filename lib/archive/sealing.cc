#include "archive/sealing.h"

#include <algorithm>

#include "archive/file_names.h"
#include "base/fields.h"
#include "base/mutant.h"
#include "decode/decode.h"

namespace crawld {

namespace {

DiskError corrupt(std::string message) {
    return {DiskCause::other, {ErrorCode::corrupt, std::move(message)}};
}

DiskStatus make_final(Disk& disk, const std::string& open_path, uint64_t bytes) {
    auto file = disk.open_to_write(open_path);
    if (!file) return tl::unexpected(file.error());
    const auto size = (*file)->size();
    if (!size) return tl::unexpected(size.error());
    if (*size < bytes)
        return tl::unexpected(corrupt("the archive file " + open_path + " has " +
                                      std::to_string(*size) + " bytes of " +
                                      std::to_string(bytes)));
    if (*size > bytes)
        if (auto cut = (*file)->truncate(bytes); !cut) return cut;
    return (*file)->sync();
}

DiskStatus expect_absent(Disk& disk, const std::string& path) {
    const auto there = disk.open_to_read(path);
    if (!there && there.error().cause == DiskCause::not_found) return {};
    if (!there) return tl::unexpected(there.error());
    return tl::unexpected(DiskError{
        DiskCause::exists,
        {ErrorCode::cannot_create, "cannot seal an archive file as " + path + ": it is there"}});
}

DiskStatus finish_bytes(Disk& disk, const std::string& path, uint64_t bytes) {
    const DiskStatus absent = expect_absent(disk, path);
    return absent ? make_final(disk, path + std::string(kOpenSuffix), bytes) : absent;
}

DiskStatus give_name(Disk& disk, const std::string& directory, const std::string& path) {
    const DiskStatus named = disk.rename(path + std::string(kOpenSuffix), path);
    return named ? disk.sync_directory(directory) : named;
}

}  // namespace

DiskStatus write_index(Disk& disk, const std::string& path, const std::vector<std::string>& lines) {
    const std::string open_path = path + std::string(kOpenSuffix);
    if (auto removed = disk.remove(open_path);
        !removed && removed.error().cause != DiskCause::not_found)
        return removed;
    auto file = disk.create(open_path);
    if (!file) return tl::unexpected(file.error());
    const std::vector<std::string_view> pieces(lines.begin(), lines.end());
    DiskStatus written = (*file)->write(0, pieces);
    if (written && !mutant(Mutant::rename_before_sync)) written = (*file)->sync();
    if (!written) return written;
    return disk.rename(open_path, path);
}

CdxjEntry cdxj_entry(CanonicalUrl url, WallTime date, int status, std::string_view content_type,
                     std::string digest, bool revisit) {
    return {.url = std::move(url),
            .date = date,
            .mime = revisit ? std::string(kRevisitMime) : mime_essence(content_type),
            .status = status,
            .digest = std::move(digest)};
}

std::optional<CdxjEntry> cdxj_entry(const ReadRecord& record) {
    if (record.type() != "response" && record.type() != "revisit") return std::nullopt;
    auto url = CanonicalUrl::parse(record.target_uri());
    const auto date = parse_warc_date(record.fields.find("WARC-Date").value_or(""));
    if (!url || !date) return std::nullopt;
    return cdxj_entry(std::move(*url), *date, record.status, record.content_type,
                      std::string(record.fields.find("WARC-Payload-Digest").value_or("")),
                      record.type() == "revisit");
}

IndexReader::IndexReader(std::unique_ptr<WarcReader> reader, std::string path, std::string name)
    : reader_(std::move(reader)), path_(std::move(path)), name_(std::move(name)) {}

Result<std::unique_ptr<IndexReader>> IndexReader::open(Disk& disk, const std::string& path,
                                                       const std::string& name, uint64_t bytes) {
    auto reader = WarcReader::open(disk, path, bytes);
    if (!reader) return tl::unexpected(reader.error());
    return std::unique_ptr<IndexReader>(new IndexReader(std::move(*reader), path, name));
}

Status IndexReader::read(uint64_t bytes) {
    for (uint64_t done = 0; done < bytes && !at_end_;) {
        const auto record = reader_->next();
        if (!record) return tl::unexpected(record.error());
        at_end_ = !*record;
        if (at_end_) break;
        done += (*record)->length;
        if (!(*record)->problems.empty())
            return fail(ErrorCode::corrupt, "the archive file " + path_ +
                                                " is damaged: the record at byte " +
                                                std::to_string((*record)->offset) + ": " +
                                                to_text((*record)->problems.front()));
        if (const auto entry = cdxj_entry(**record))
            lines_.push_back(cdxj_line(*entry, name_, (*record)->offset, (*record)->length));
    }
    return {};
}

Result<std::vector<std::string>> lines_of_file(Disk& disk, const std::string& path,
                                               const std::string& name, uint64_t bytes) {
    const auto reader = IndexReader::open(disk, path, name, bytes);
    if (!reader) return tl::unexpected(reader.error());
    if (Status read = (*reader)->read(UINT64_MAX); !read) return tl::unexpected(read.error());
    return (*reader)->take_lines();
}

DiskResult<SealedFile> seal_file(Disk& disk, const std::string& directory, FullFile& file) {
    const std::string path = directory + "/" + file.name;
    DiskStatus done = finish_bytes(disk, path, file.bytes);
    if (!done) return tl::unexpected(done.error());
    if (!file.lines) {
        auto lines = lines_of_file(disk, path + std::string(kOpenSuffix), file.name, file.bytes);
        if (!lines) return tl::unexpected(DiskError{DiskCause::other, lines.error()});
        file.lines = std::move(*lines);
    }
    std::sort(file.lines->begin(), file.lines->end());
    done = write_index(disk, directory + "/" + index_name(file.name), *file.lines);
    if (done) done = give_name(disk, directory, path);
    if (!done) return tl::unexpected(done.error());
    return SealedFile{file.name, file.bytes, file.lines->size()};
}

DiskStatus end_file(Disk& disk, const std::string& directory, const FullFile& file) {
    const std::string path = directory + "/" + file.name;
    const DiskStatus done = finish_bytes(disk, path, file.bytes);
    return done ? give_name(disk, directory, path) : done;
}

}  // namespace crawld
