// Visits to archive, each a pure function of its number: a request, a response and a metadata
// record, compressed.
#pragma once

#include <string>
#include <vector>

#include "archive/archive_writer.h"
#include "archive/record.h"
#include "archive/record_coding.h"

namespace crawld::test {

inline constexpr WallTime kArchiveBegin{seconds(1'770'000'000)};

inline Exchange exchange_of(int number) {
    return {.url = "http://www.example.org/page/" + std::to_string(number) + "?n=1",
            .date = kArchiveBegin + milliseconds(1'500) * number,
            .ip = "192.0.2.1",
            .protocols = {"http/1.1"},
            .cipher_suite = {},
            .digests = DigestAlgorithm::sha1};
}
inline RecordId id_of(int number, uint64_t which) {
    return {.high = static_cast<uint64_t>(number) * 0x9e3779b97f4a7c15,
            .low = static_cast<uint64_t>(number) << 8 | which};
}
inline std::string body_of(int number) {
    std::string body = "<title>page " + std::to_string(number) + "</title>";
    for (int i = 0; i < 20 + number % 7 * 10; ++i)
        body += "<p>line " + std::to_string(i * number) + "\n";
    return body;
}
inline std::string head_of(int number) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " +
           std::to_string(body_of(number).size()) + "\r\n\r\n";
}

inline std::vector<ReadyRecord> visit_of(int number, RecordCompressor& compressor) {
    const Exchange exchange = exchange_of(number);
    const std::string body = body_of(number), head = head_of(number);
    const RecordId asked = id_of(number, 1), answered = id_of(number, 2);
    const Record request =
        request_record(exchange, {.id = asked,
                                  .head = "GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n",
                                  .body = {},
                                  .concurrent_to = answered});
    const Record response = response_record(
        exchange, {.id = answered, .head = head, .body = body, .concurrent_to = asked},
        Truncation::none);
    const Record metadata =
        metadata_record(exchange, id_of(number, 3), answered,
                        {.via = "http://www.example.org/",
                         .charset = "utf-8",
                         .usage = "content-usage: ai=n",
                         .outcome = "ok",
                         .times = {},
                         .outlinks = {{"http://www.example.org/next", 'L', "a/@href"}}});
    std::vector<ReadyRecord> visit;
    visit.push_back({compressor.compress(request, false), std::nullopt});
    visit.push_back(
        {compressor.compress(response, false),
         cdxj_entry(CanonicalUrl::parse(exchange.url).value(), exchange.date, 200,
                    "text/html; charset=utf-8", response.payload_digest->label(), false)});
    visit.push_back({compressor.compress(metadata, false), std::nullopt});
    return visit;
}

inline ArchiveWriter::MakeWarcinfo warcinfo_maker(RecordCoding coding) {
    return [coding](const std::string& name, WallTime now) {
        return RecordCompressor(coding).compress(
            warcinfo_record({1, 2}, now, name,
                            {.software = "crawld/1.0",
                             .operator_name = "https://example.org/bot",
                             .robots = "obey",
                             .user_agent = "crawld",
                             .host_name = "here",
                             .configuration = "sha256:x"},
                            DigestAlgorithm::sha1),
            false);
    };
}

}  // namespace crawld::test
