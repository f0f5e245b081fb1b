// What the state database says of the archive.
//
//     meta     "archive/<file>" -> bytes u64: of a file that is not sealed: its committed length
//     meta     "sealed/<file>"  -> bytes u64: of one that is: its length for good
//     meta     "pages/<file>"   -> bytes u64, digest u64: of a list of pages (page_sink.h) that is
//                                  open: its committed length, and the digest of its lines
//     meta     "listed/<file>"  -> the same for good, of one that has its name
//     archive  url key          -> version u8, payload text, date time, file text, offset varint,
//                                  length varint
//     payload  digest bytes     -> version u8, date time, URL text: of the record that has it
//
// The row of a URL: the payload (a digest's bytes) and date are those of the copy which later
// visits refer to, empty and zero where there is none; the place is that of the last visit. Where
// the copy is another URL's, the version is 2 and that URL follows. A list that was kept by a
// repair has no digest.
//
// Errors: nothing for what encode() would not have written; corrupt, naming the file.
// Test:   tests/unit/crawl/archive_keeper_test.cc, tests/unit/audit/
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/archive_writer.h"
#include "archive/record.h"
#include "frontier/types.h"
#include "store/store.h"
#include "url/keys.h"

namespace crawld {

struct ArchivedUrl {
    ArchivedCopy copy;
    std::string file;
    RecordPlace place;
};
std::string encode(const ArchivedUrl& row);
std::optional<ArchivedUrl> decode_archived_url(std::string_view value);
std::string archived_url_key(UrlKey key);

// The key is the digest's bytes.
std::string encode(const Original& row);
std::optional<Original> decode_original(std::string_view value);

std::string committed_key(const std::string& file);
std::string sealed_key(const std::string& file);
std::string pages_key(const std::string& file);
std::string encode_length(uint64_t bytes);

struct CommittedList {
    CommittedLength length;
    std::optional<uint64_t> digest;  // that of add_line()
};
std::string ended_pages_key(const std::string& file);
std::string encode(const CommittedList& list);

// By name.
Result<std::vector<CommittedLength>> committed_lengths(Store& store);
Result<std::vector<CommittedLength>> sealed_lengths(Store& store);
Result<std::vector<CommittedLength>> page_lengths(Store& store);  // of open lists
Result<std::vector<CommittedList>> open_lists(Store& store);
Result<std::vector<CommittedList>> ended_lists(Store& store);

}  // namespace crawld
