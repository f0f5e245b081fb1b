// RecordMaker: the records of an exchange for the archive (archive/record.h), compressed: the
// response (or a revisit), the request, and what else is known of it.
//
// A response with a payload that is archived already for the same URL becomes a revisit of it, and
// a 304 one of what it refers to.
//
// Owns:   the state of compressors, one for each record being made at a time.
// Thread: any, several at a time: the workers'.
// Cost:   compression (archive/record_coding.h), two digests over the body.
// Test:   tests/unit/crawl/record_maker_test.cc
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "archive/archive_writer.h"
#include "archive/digest.h"
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
    ArchivedCopy earlier;  // of the URL
    std::array<RecordId, 3> ids{};
};

// The records of an exchange, and where they lie once they are committed.
struct ArchivedExchange {
    std::vector<ReadyRecord> records;  // that of the response first; none: nothing is archived
    ArchivedCopy copy;                 // what it adds to what is known of the URL
    UrlKey key{};                      // of the URL
    std::string file;
    RecordPlace place;  // of the first record
};

class RecordMaker {
  public:
    RecordMaker(RecordCoding coding, DigestAlgorithm digests)
        : coding_(coding), digests_(digests) {}

    // The records of both messages.
    ArchivedExchange make(const FinishedExchange& exchange, std::string_view body);
    // Adds that of what was found in the body; null: it was not read.
    void add_metadata(const FinishedExchange& exchange, const PageFacts* facts,
                      ArchivedExchange& archived);

    RecordCoding coding() const { return coding_; }
    DigestAlgorithm digests() const { return digests_; }
    std::string compress(const Record& record, bool body_is_coded = false);

  private:
    Exchange exchange_of(const FinishedExchange& finished) const;

    const RecordCoding coding_;
    const DigestAlgorithm digests_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<RecordCompressor>> idle_;
};

}  // namespace crawld
