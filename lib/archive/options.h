// Options of the `archive:` section.
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

struct ArchiveOptions {
    ArchiveFormat format = ArchiveFormat::none;
    std::string directory = "archive";
    ByteSize file_max = gib(1);
    Duration file_age_max = hours(24);
    RecordCoding compression = RecordCoding::gzip;
    DigestAlgorithm digest = DigestAlgorithm::sha1;
    std::string name = FileNameOptions{}.name;
    std::string prefix = FileNameOptions{}.prefix;
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
}

}  // namespace crawld
