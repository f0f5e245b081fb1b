// The records of WARC/1.1, made of what is given: no clock, no randomness, no disk.
//
// One exchange becomes a request, a response (or a revisit, where the payload is known already) and
// a metadata record, which name each other by WARC-Concurrent-To and share their date and address.
// Records do not name the warcinfo of their file: they are made before it is known which file they
// go to, and a warcinfo holds for what follows it.
//
// Digests: the block digest is over the whole block. The payload digest is over the entity body as
//   it was received, with its content coding and without transfer coding (WARC/1.1 5.9 and 6.3.2):
//   two answers that differ in nothing but chunks have the same. A response of which nothing but a
//   part came has the digest of that part, and WARC-Truncated.
// Revisits: of an identical payload the block is the head alone, and WARC-Truncated says "length",
//   as the standard asks. Of a 304 the block is its whole head, and no payload digest is given.
// Dates are UTC with microseconds, which WARC/1.1 allows; a revisit says the very date of what it
//   refers to.
//
// Units:  RecordId is 128 random bits, of which six say that it is a UUID of version 4.
// Owns:   a Record refers to the body it was made of, which must outlive it.
// Thread: any.
// Errors: none: values are made to fit their line (warc_fields.h).
// Cost:   the digests: two passes over the body.
// Source: WARC/1.1 (ISO 28500:2017) 5 and 6; the names of metadata are Heritrix's where it has one;
//         WARC-Protocol and WARC-Cipher-Suite as proposed to the IIPC.
// Test:   tests/unit/archive/record_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/digest.h"
#include "base/time.h"
#include "fetch/fetcher.h"

namespace crawld {

struct RecordId {
    uint64_t high = 0;
    uint64_t low = 0;
    std::string uri() const;  // "<urn:uuid:...>"
};

enum class Truncation : uint8_t { none, length, time, disconnect, unspecified };
constexpr std::array<std::string_view, 5> enum_names(Truncation) {
    return {"none", "length", "time", "disconnect", "unspecified"};
}
// What of a body came, by the outcome of its fetch.
Truncation truncation_of(const FetchResult& result);
// "http/1.1", "tls/1.3" of what FetchResult calls "1.1" and "TLSv1.3".
std::vector<std::string> protocols_of(std::string_view http_version, std::string_view tls);

// What the records of one exchange share.
struct Exchange {
    std::string url;
    WallTime date;                       // when the request was sent
    std::string ip;                      // of the peer; may be empty
    std::vector<std::string> protocols;  // may be empty
    std::string cipher_suite;            // IANA's name; may be empty
    DigestAlgorithm digests = DigestAlgorithm::sha1;
};

inline constexpr std::string_view kRecordEnd = "\r\n\r\n";  // behind the block

// A record before it is compressed: `text` is its header and the first part of its block, `body`
// the rest of it. Two line ends close it.
struct Record {
    std::string text;
    std::string_view body;
    std::optional<Digest> payload_digest;
    std::string bytes() const;  // all of it
};

struct Warcinfo {
    std::string software;       // "crawld/1.0"
    std::string operator_name;  // who answers for the crawl: the contact
    std::string robots;         // "obey"
    std::string user_agent;
    std::string host_name;      // where it ran
    std::string configuration;  // digest of the effective configuration
};
Record warcinfo_record(RecordId id, WallTime date, std::string_view file_name, const Warcinfo& info,
                       DigestAlgorithm digests);

// `head` is of the wire; archived_head() is applied to it. `concurrent_to` is another record of the
// exchange.
struct Message {
    RecordId id;
    std::string_view head;
    std::string_view body;
    std::optional<RecordId> concurrent_to;
};
Record request_record(const Exchange& exchange, const Message& message);
Record response_record(const Exchange& exchange, const Message& message, Truncation truncation);

// The record that is referred to, as far as it is known.
struct Original {
    std::optional<RecordId> id{};
    std::string url{};
    WallTime date{};
};
Record identical_payload_record(const Exchange& exchange, const Message& message,
                                const Digest& payload, const Original& original);
Record not_modified_record(const Exchange& exchange, const Message& message,
                           const Original& original);

struct Outlink {
    std::string url;
    char hop = 'L';       // Heritrix's: L link, E embed, R redirect, X found in script, ...
    std::string context;  // "a/@href"; may be empty
};
struct Metadata {
    std::string via;  // where the URL was found
    std::string charset;
    std::string usage;  // what is said of it: "content-usage: train-ai=n; tdm-reservation: 1"
    std::string outcome;
    FetchTimes times;
    std::vector<Outlink> outlinks;
};
Record metadata_record(const Exchange& exchange, RecordId id, RecordId about,
                       const Metadata& metadata);

}  // namespace crawld
