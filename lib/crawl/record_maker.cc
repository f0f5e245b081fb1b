#include "crawl/record_maker.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace crawld {

namespace {

// Media that are compressed already.
bool is_coded(const FinishedExchange& finished) {
    constexpr std::array<std::string_view, 9> kCoded = {
        "image/",          "video/",           "audio/",
        "application/zip", "application/gzip", "application/x-gzip",
        "application/pdf", "font/woff",        "application/x-xz"};
    const auto begins = [&](std::string_view with) {
        return istarts_with(finished.content_type, with);
    };
    return finished.has_coding ||
           (std::any_of(kCoded.begin(), kCoded.end(), begins) && !begins("image/svg"));
}

// Heritrix's letters.
char hop_of(Discovery discovery) {
    switch (discovery) {
        case Discovery::seed:
        case Discovery::link:
            return 'L';
        case Discovery::redirect:
            return 'R';
        case Discovery::embed:
            return 'E';
        case Discovery::manifest:
            return 'M';
    }
    return 'L';
}

// OpenSSL's own names of older suites are not IANA's.
std::string iana_name(const std::string& cipher_suite) {
    return cipher_suite.starts_with("TLS_") ? cipher_suite : std::string();
}

Original original_in(const ArchivedCopy& copy, const CanonicalUrl& url) {
    return {.id = {}, .url = copy.url.empty() ? url.href() : copy.url, .date = copy.date};
}

}  // namespace

std::string RecordMaker::compress(const Record& record, bool body_is_coded) {
    std::unique_ptr<RecordCompressor> compressor;
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            compressor = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!compressor) compressor = std::make_unique<RecordCompressor>(coding_);
    std::string bytes = compressor->compress(record, body_is_coded);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(compressor));
    return bytes;
}

Exchange RecordMaker::exchange_of(const FinishedExchange& finished) const {
    return {.url = finished.url.href(),
            .date = finished.sent_at,
            .ip = finished.address.to_string(),
            .protocols = protocols_of(finished.http_version, finished.tls),
            .cipher_suite = iana_name(finished.cipher_suite),
            .digests = digests_};
}

std::optional<Original> RecordMaker::original_of(const FinishedExchange& finished,
                                                 const Digest& payload) const {
    if (dedup_ == Dedup::none) return std::nullopt;
    if (finished.earlier.date != WallTime{} && payload.bytes == finished.earlier.payload)
        return original_in(finished.earlier, finished.url);
    return dedup_ == Dedup::payload ? find_original_(payload) : std::nullopt;
}

ArchivedExchange RecordMaker::make(const FinishedExchange& finished, std::string_view body) {
    const Exchange exchange = exchange_of(finished);
    const auto& [response_id, request_id, metadata_id] = finished.ids;
    const Message response{
        .id = response_id, .head = finished.response_head, .body = body, .concurrent_to = {}};

    ArchivedExchange archived;
    Record record;
    bool revisit = false;
    if (finished.status == 304 && finished.earlier.date != WallTime{}) {
        record =
            not_modified_record(exchange, response, original_in(finished.earlier, finished.url));
        revisit = true;
        archived.copy = finished.earlier;
    } else {
        record = response_record(exchange, response, finished.truncation);
        const Digest payload = *record.payload_digest;
        const bool is_whole = finished.truncation == Truncation::none;
        Original original{.id = {}, .url = exchange.url, .date = finished.sent_at};
        if (is_whole && !body.empty()) {
            if (auto earlier = original_of(finished, payload)) {
                original = *std::move(earlier);
                record = identical_payload_record(exchange, response, payload, original);
                revisit = true;
            } else if (dedup_ == Dedup::payload) {
                archived.new_payload = payload.bytes;
                archived.original = original;
            }
        }
        if (is_whole && finished.status == 200)
            archived.copy = {.payload = payload.bytes,
                             .date = original.date,
                             .url = original.url == exchange.url ? "" : original.url};
    }
    const std::string digest = record.payload_digest ? record.payload_digest->label() : "";
    archived.records.push_back({.bytes = compress(record, is_coded(finished)),
                                .index = cdxj_entry(finished.url, finished.sent_at, finished.status,
                                                    finished.content_type, digest, revisit)});
    const Record request = request_record(exchange, {.id = request_id,
                                                     .head = finished.request_head,
                                                     .body = {},
                                                     .concurrent_to = response_id});
    archived.records.push_back({.bytes = compress(request), .index = {}});
    return archived;
}

void RecordMaker::add_metadata(const FinishedExchange& finished, const PageFacts* facts,
                               ArchivedExchange& archived) {
    Metadata metadata{.via = finished.via,
                      .charset = {},
                      .usage = {},
                      .outcome = std::string(to_string(finished.outcome)),
                      .times = finished.times,
                      .outlinks = {}};
    const auto add = [&](const std::vector<NewUrl>& urls) {
        for (const NewUrl& url : urls)
            metadata.outlinks.push_back(
                {.url = url.url.href(), .hop = hop_of(url.discovery), .context = {}});
    };
    add(finished.redirect);
    if (facts != nullptr) {
        metadata.charset = facts->charset;
        metadata.usage = facts->usage;
        metadata.outlinks.reserve(facts->urls.size());
        add(facts->urls);
    }
    const Record record =
        metadata_record(exchange_of(finished), finished.ids[2], finished.ids[0], metadata);
    archived.records.push_back({.bytes = compress(record), .index = {}});
}

}  // namespace crawld
