// Options of the `archive:` and `pages:` sections.
//
// Test: tests/unit/config/
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "archive/digest.h"
#include "archive/file_names.h"
#include "archive/record_coding.h"
#include "base/fields.h"

namespace crawld {

enum class ArchiveFormat : uint8_t { none, warc };
constexpr std::array<std::string_view, 2> enum_names(ArchiveFormat) {
    return {"none", "warc"};
}

// Which bodies are kept but once: equal ones, those that a URL had before, or none.
enum class Dedup : uint8_t { payload, url, none };
constexpr std::array<std::string_view, 3> enum_names(Dedup) {
    return {"payload", "url", "none"};
}

// What becomes of a page that asks not to be archived, or not to be indexed.
enum class DirectivePolicy : uint8_t { keep, drop };
constexpr std::array<std::string_view, 2> enum_names(DirectivePolicy) {
    return {"keep", "drop"};
}

// Of index lines in memory, of the file that is being written.
inline constexpr uint64_t kIndexBytesMax = 64 << 20;

struct ArchiveOptions {
    ArchiveFormat format = ArchiveFormat::warc;
    std::string directory = "archive";
    ByteSize file_max = gib(1);
    Duration file_age_max = hours(24);
    ByteSize disk_budget;
    RecordCoding compression = RecordCoding::gzip;
    DigestAlgorithm digest = DigestAlgorithm::sha1;
    Dedup dedup = Dedup::payload;
    std::string name = FileNameOptions{}.name;
    std::string prefix = FileNameOptions{}.prefix;
    DirectivePolicy noarchive = DirectivePolicy::keep;
};
template <class V>
void describe(V& v, ArchiveOptions& o) {
    v.field({.name = "format",
             .help = "warc keeps every response, with its request, in WARC/1.1 files; none keeps "
                     "nothing.",
             .live = false,
             .per_host = false},
            o.format);
    v.field({.name = "directory",
             .help = "Where the files are; a path that is not absolute begins at state_dir.",
             .live = false,
             .per_host = false},
            o.directory);
    v.field({.name = "file_max",
             .help = "A new archive file is begun at this size.",
             .live = false,
             .min = 1 << 20,
             .per_host = false},
            o.file_max);
    v.field({.name = "file_age_max",
             .help = "A new archive file is begun at this age; 0s: at any.",
             .live = false,
             .per_host = false},
            o.file_age_max);
    v.field({.name = "disk_budget",
             .help = "With so many bytes in the files of the directory, whoever wrote them, the "
                     "crawl pauses; it goes on when files are moved away, which is seen within "
                     "seconds, or when this is raised. Pages under way are still kept. 0: no "
                     "limit.",
             .per_host = false},
            o.disk_budget);
    v.field({.name = "compression",
             .help = "gzip or zstd, of each record by itself; gzip is what all readers of WARC "
                     "know.",
             .live = false,
             .per_host = false},
            o.compression);
    v.field({.name = "digest",
             .help = "Of payloads and blocks: sha1, which all readers know, or sha256.",
             .live = false,
             .per_host = false},
            o.digest);
    v.field({.name = "dedup",
             .help = "payload: a body that the archive has already, of whatever URL, is not kept "
                     "again: a revisit record refers to it. url: the same for what the URL itself "
                     "had before. none: every body is kept.",
             .live = false,
             .per_host = false},
            o.dedup);
    v.field(
        {.name = "name",
         .help = "What files are called: {prefix}, {time}, {serial} (required), {host} (of this "
                 "machine), and letters, digits, '-', '_', '.' between them.",
         .live = false,
         .per_host = false},
        o.name);
    v.field(
        {.name = "prefix", .help = "{prefix} of archive.name.", .live = false, .per_host = false},
        o.prefix);
    v.field({.name = "noarchive",
             .help = "drop: of what says noarchive, as a header or in meta robots, the head alone "
                     "is archived, as a truncated record; its links are followed all the same. "
                     "keep: it is archived like anything else.",
             .per_host = false},
            o.noarchive);
}

// Files with a line of JSON for each page.
enum class PagesFormat : uint8_t { none, jsonl };
constexpr std::array<std::string_view, 2> enum_names(PagesFormat) {
    return {"none", "jsonl"};
}

struct PagesOptions {
    PagesFormat format = PagesFormat::none;
    std::string directory = "pages";
    ByteSize file_max = mib(256);
    Duration file_age_max = hours(24);
    DirectivePolicy noindex = DirectivePolicy::keep;
};
template <class V>
void describe(V& v, PagesOptions& o) {
    v.field({.name = "format",
             .help = "jsonl writes a line of JSON for each page: its URL, title, language, length "
                     "of text, digest, and place in the archive; none writes nothing.",
             .live = false,
             .per_host = false},
            o.format);
    v.field(
        {.name = "directory",
         .help = "Where the files are, pages-<time>-<number>.jsonl; a path that is not absolute "
                 "begins at state_dir. The one that is written ends in .open.",
         .live = false,
         .per_host = false},
        o.directory);
    v.field({.name = "file_max",
             .help = "A new file is begun at this size.",
             .live = false,
             .min = 1 << 20,
             .per_host = false},
            o.file_max);
    v.field({.name = "file_age_max",
             .help = "A new file is begun at this age; 0s: at any.",
             .live = false,
             .per_host = false},
            o.file_age_max);
    v.field({.name = "noindex",
             .help = "drop: a page that says noindex, as a header or in meta robots, has no line; "
                     "its links are followed all the same. keep: it has one.",
             .per_host = false},
            o.noindex);
}

}  // namespace crawld
