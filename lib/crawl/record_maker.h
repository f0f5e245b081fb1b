// RecordMaker: the records of an exchange for the archive (archive/record.h), compressed: the
// response (or a revisit), the request, and what else is known of it.
//
// A response with a payload that is archived already becomes a revisit of it, and a 304 one of what
// it refers to. Two visits with the same new payload that are made at a time are both kept whole.
//
// Owns:   the state of compressors, one for each record being made at a time.
// Thread: any, several at a time: the workers'.
// Cost:   compression (archive/record_coding.h), two digests over the body.
// Test:   tests/unit/crawl/record_maker_test.cc
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/archive_writer.h"
#include "archive/digest.h"
#include "archive/options.h"
#include "archive/record.h"
#include "archive/record_coding.h"
#include "crawl/digest.h"
#include "frontier/types.h"

namespace crawld {

// What a visit knows of its exchange, beside the body.
struct FinishedExchange {
    CanonicalUrl url;
    WallTime sent_at{};
    IpAddress address;
    std::string http_version;  // as FetchResult has them
    std::string tls;
    std::string cipher_suite;
    std::string request_head;
    std::string response_head;
    int status = 0;
    std::string content_type;
    bool has_coding = false;  // Content-Encoding
    Outcome outcome = Outcome::ok;
    Truncation truncation = Truncation::none;
    FetchTimes times;
    std::string via;
    std::vector<NewUrl> redirect{};  // where it leads, if that is followed
    ArchivedCopy earlier;            // of the URL
    std::array<RecordId, 3> ids{};
};

// What is committed of a payload, whatever URL it is of. Any thread.
using FindOriginal = std::function<std::optional<Original>(const Digest& payload)>;

// The records of an exchange, and where they lie once they are committed.
struct ArchivedExchange {
    std::vector<ReadyRecord> records;  // that of the response first; none: nothing is archived
    ArchivedCopy copy;                 // what it adds to what is known of the URL
    std::string new_payload{};         // digest of one that others may refer to, bytes; empty: none
    Original original{};               // where that is
    std::string page_line;             // of `pages` (page_sink.h); empty: none
    UrlKey key{};                      // of the URL
    std::string file;
    RecordPlace place;  // of the first record
};

class RecordMaker {
  public:
    // `find_original` is asked where dedup is payload.
    RecordMaker(RecordCoding coding, DigestAlgorithm digests, Dedup dedup = Dedup::url,
                FindOriginal find_original = {})
        : coding_(coding),
          digests_(digests),
          dedup_(dedup),
          find_original_(std::move(find_original)) {}

    // The records of both messages.
    ArchivedExchange make(const FinishedExchange& exchange, std::string_view body);
    // Adds that of where it leads, and of what was found in the body; null: it was not read.
    void add_metadata(const FinishedExchange& exchange, const PageFacts* facts,
                      ArchivedExchange& archived);

    RecordCoding coding() const { return coding_; }
    DigestAlgorithm digests() const { return digests_; }
    std::string compress(const Record& record, bool body_is_coded = false);

  private:
    Exchange exchange_of(const FinishedExchange& finished) const;
    std::optional<Original> original_of(const FinishedExchange& finished,
                                        const Digest& payload) const;

    const RecordCoding coding_;
    const DigestAlgorithm digests_;
    const Dedup dedup_;
    const FindOriginal find_original_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<RecordCompressor>> idle_;
};

}  // namespace crawld
