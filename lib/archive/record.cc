#include "archive/record.h"

#include "archive/http_message.h"
#include "archive/warc_fields.h"
#include "base/fields.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace crawld {

namespace {

constexpr std::string_view kFieldsType = "application/warc-fields";
constexpr std::string_view kRequestType = "application/http; msgtype=request";
constexpr std::string_view kResponseType = "application/http; msgtype=response";

std::string begin_record(std::string_view type, RecordId id, WallTime date) {
    std::string text = "WARC/1.1\r\n";
    put_field(text, "WARC-Type", type);
    put_field(text, "WARC-Record-ID", id.uri());
    put_field(text, "WARC-Date", to_rfc3339(date));
    return text;
}

std::string begin_record(std::string_view type, RecordId id, const Exchange& exchange) {
    std::string text = begin_record(type, id, exchange.date);
    put_field(text, "WARC-Target-URI", exchange.url);
    put_field(text, "WARC-IP-Address", exchange.ip);
    for (const std::string& protocol : exchange.protocols)
        put_field(text, "WARC-Protocol", protocol);
    put_field(text, "WARC-Cipher-Suite", exchange.cipher_suite);
    return text;
}

// The block is `head` and `body`.
Record end_record(std::string text, std::string_view content_type, DigestAlgorithm algorithm,
                  std::string_view head, std::string_view body) {
    Digester block(algorithm);
    block.put(head);
    block.put(body);
    put_field(text, "WARC-Block-Digest", block.finish().label());
    put_field(text, "Content-Type", content_type);
    put_field(text, "Content-Length", std::to_string(head.size() + body.size()));
    text.append("\r\n").append(head);
    return {.text = std::move(text), .body = body, .payload_digest = {}};
}

Record http_record(std::string text, std::string_view content_type, const Exchange& exchange,
                   const Message& message) {
    if (message.concurrent_to) put_field(text, "WARC-Concurrent-To", message.concurrent_to->uri());
    const Digest payload = digest_of(exchange.digests, message.body);
    put_field(text, "WARC-Payload-Digest", payload.label());
    Record record = end_record(std::move(text), content_type, exchange.digests,
                               archived_head(message.head), message.body);
    record.payload_digest = payload;
    return record;
}

void put_original(std::string& text, const Original& original) {
    if (original.id) put_field(text, "WARC-Refers-To", original.id->uri());
    put_field(text, "WARC-Refers-To-Target-URI", original.url);
    put_field(text, "WARC-Refers-To-Date", to_rfc3339(original.date));
}

void put_time(std::string& text, std::string_view name, Duration time) {
    if (time > Duration{0}) put_field(text, name, std::to_string(to_ms(time)));
}

}  // namespace

std::string RecordId::uri() const {
    constexpr uint64_t kVersionBits = 0xf000, kVersion4 = 0x4000;
    constexpr uint64_t kVariantBits = uint64_t{3} << 62, kVariant = uint64_t{2} << 62;
    const std::string hex =
        to_hex((high & ~kVersionBits) | kVersion4) + to_hex((low & ~kVariantBits) | kVariant);
    return "<urn:uuid:" + hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) +
           "-" + hex.substr(16, 4) + "-" + hex.substr(20) + ">";
}

Truncation truncation_of(const FetchResult& result) {
    if (result.body_cut || result.outcome == Outcome::body_too_large) return Truncation::length;
    if (result.outcome == Outcome::timeout || result.outcome == Outcome::too_slow)
        return Truncation::time;
    if (result.outcome == Outcome::truncated || result.outcome == Outcome::connection_lost)
        return Truncation::disconnect;
    return is_answered(result.outcome) ? Truncation::none : Truncation::unspecified;
}

std::vector<std::string> protocols_of(std::string_view http_version, std::string_view tls) {
    std::vector<std::string> protocols;
    if (http_version == "2")
        protocols.emplace_back(tls.empty() ? "h2c" : "h2");
    else if (http_version == "3")
        protocols.emplace_back("h3");
    else if (!http_version.empty())
        protocols.push_back("http/" + std::string(http_version));
    if (istarts_with(tls, "TLSv")) {
        const std::string version(tls.substr(4));
        protocols.push_back("tls/" + (version == "1" ? "1.0" : version));
    }
    return protocols;
}

std::string Record::bytes() const {
    return text + std::string(body) + std::string(kRecordEnd);
}

Record warcinfo_record(RecordId id, WallTime date, std::string_view file_name, const Warcinfo& info,
                       DigestAlgorithm digests) {
    std::string block;
    put_field(block, "software", info.software);
    put_field(block, "format", "WARC File Format 1.1");
    put_field(block, "conformsTo",
              "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/");
    put_field(block, "operator", info.operator_name);
    put_field(block, "robots", info.robots);
    put_field(block, "http-header-user-agent", info.user_agent);
    put_field(block, "hostname", info.host_name);
    put_field(block, "configuration-digest", info.configuration);
    std::string text = begin_record("warcinfo", id, date);
    put_field(text, "WARC-Filename", file_name);
    return end_record(std::move(text), kFieldsType, digests, block, {});
}

Record request_record(const Exchange& exchange, const Message& message) {
    return http_record(begin_record("request", message.id, exchange), kRequestType, exchange,
                       message);
}

Record response_record(const Exchange& exchange, const Message& message, Truncation truncation) {
    std::string text = begin_record("response", message.id, exchange);
    if (truncation != Truncation::none) put_field(text, "WARC-Truncated", to_string(truncation));
    return http_record(std::move(text), kResponseType, exchange, message);
}

Record identical_payload_record(const Exchange& exchange, const Message& message,
                                const Digest& payload, const Original& original) {
    std::string text = begin_record("revisit", message.id, exchange);
    put_field(text, "WARC-Profile",
              "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest");
    put_original(text, original);
    if (message.concurrent_to) put_field(text, "WARC-Concurrent-To", message.concurrent_to->uri());
    put_field(text, "WARC-Payload-Digest", payload.label());
    put_field(text, "WARC-Truncated", to_string(Truncation::length));
    Record record = end_record(std::move(text), kResponseType, exchange.digests,
                               archived_head(message.head), {});
    record.payload_digest = payload;
    return record;
}

Record not_modified_record(const Exchange& exchange, const Message& message,
                           const Original& original) {
    std::string text = begin_record("revisit", message.id, exchange);
    put_field(text, "WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/server-not-modified");
    put_original(text, original);
    if (message.concurrent_to) put_field(text, "WARC-Concurrent-To", message.concurrent_to->uri());
    return end_record(std::move(text), kResponseType, exchange.digests, archived_head(message.head),
                      {});
}

Record metadata_record(const Exchange& exchange, RecordId id, RecordId about,
                       const Metadata& metadata) {
    std::string block;
    put_field(block, "via", metadata.via);
    put_field(block, "outcome", metadata.outcome);
    put_time(block, "fetchConnectMs", metadata.times.connect);
    put_time(block, "fetchTlsMs", metadata.times.tls);
    put_time(block, "fetchFirstByteMs", metadata.times.first_byte);
    put_time(block, "fetchTimeMs", metadata.times.total);
    put_field(block, "charsetForLinkExtraction", metadata.charset);
    put_field(block, "usage", metadata.usage);
    for (const Outlink& link : metadata.outlinks)
        put_field(block, "outlink",
                  link.url + " " + link.hop + (link.context.empty() ? "" : " " + link.context));
    std::string text = begin_record("metadata", id, exchange.date);
    put_field(text, "WARC-Target-URI", exchange.url);
    put_field(text, "WARC-Concurrent-To", about.uri());
    return end_record(std::move(text), kFieldsType, exchange.digests, block, {});
}

}  // namespace crawld
