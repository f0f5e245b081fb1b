#include "archive/block_check.h"

#include "base/text.h"
#include "fetch/response_head.h"

namespace crawld {

namespace {

constexpr size_t kHeadBytesMax = 512 << 10;

DigestCheck check(const std::optional<Digest>& said, std::optional<Digester>& seen) {
    if (!said || !seen) return DigestCheck::absent;
    return seen->finish() == *said ? DigestCheck::right : DigestCheck::wrong;
}

// Of a label that is no digest: one of ours whose value is none cannot be right.
DigestCheck check_unread(std::string_view label) {
    return Digest::knows(label) ? DigestCheck::wrong : DigestCheck::unchecked;
}

}  // namespace

BlockCheck::BlockCheck(const WarcFields& fields) {
    const auto block = fields.find("WARC-Block-Digest");
    const auto payload = fields.find("WARC-Payload-Digest");
    if (block) block_said_ = Digest::parse(*block);
    if (payload) payload_said_ = Digest::parse(*payload);
    if (block && !block_said_) block_unread_ = check_unread(*block);
    const bool elsewhere = iequals(fields.find("WARC-Type").value_or(""), "revisit") ||
                           fields.find("WARC-Segment-Number").has_value();
    if (payload && !payload_said_) payload_unread_ = check_unread(*payload);
    if (payload && elsewhere) payload_unread_ = DigestCheck::unchecked;
    if (block_said_) block_.emplace(block_said_->algorithm);
    if (payload_said_ && !elsewhere) payload_.emplace(payload_said_->algorithm);
    if (istarts_with(fields.find("Content-Type").value_or(""), "application/http"))
        part_ = Part::head;
}

void BlockCheck::put(std::string_view piece) {
    if (block_) block_->put(piece);
    if (part_ == Part::payload) return put_payload(piece);
    // The blank line may lie across two pieces.
    head_ += piece;
    const std::optional<size_t> bytes = head_bytes(head_);
    if (!bytes && head_.size() <= kHeadBytesMax) return;
    const std::string head = std::move(head_);
    head_.clear();
    part_ = Part::payload;
    end_head(std::string_view(head).substr(0, bytes.value_or(head.size())));
    if (bytes) put_payload(std::string_view(head).substr(*bytes));
}

void BlockCheck::end_head(std::string_view head) {
    ResponseHead response;
    response.clear(kHeadBytesMax);
    while (!head.empty()) {
        const size_t newline = head.find('\n');
        const std::string_view line = head.substr(0, newline == head.npos ? newline : newline + 1);
        head.remove_prefix(line.size());
        if (!response.add(line)) return;
    }
    status_ = response.status();
    content_type_ = header_list(response.headers(), "content-type");
    if (response.is_chunked() && payload_said_ && payload_)
        content_.emplace(payload_said_->algorithm);
}

void BlockCheck::put_payload(std::string_view piece) {
    if (payload_) payload_->put(piece);
    if (content_) content_->put(dechunker_.put(piece));
}

void BlockCheck::finish(ReadRecord& record) {
    // A head without an empty line behind it is all there is.
    if (part_ == Part::head && !head_.empty()) end_head(head_);
    record.status = status_;
    record.content_type = content_type_;
    record.block_digest = block_unread_ ? *block_unread_ : check(block_said_, block_);
    record.payload_digest = payload_unread_ ? *payload_unread_ : check(payload_said_, payload_);
    if (record.payload_digest == DigestCheck::wrong && content_ && dechunker_.complete())
        record.payload_digest = check(payload_said_, content_);
    if (record.block_digest == DigestCheck::wrong)
        record.problems.push_back(RecordProblem::block_digest_wrong);
    if (record.payload_digest == DigestCheck::wrong)
        record.problems.push_back(RecordProblem::payload_digest_wrong);
}

}  // namespace crawld
