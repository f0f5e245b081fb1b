// BlockCheck: looks at the block of one record while it passes: digests, and the head of HTTP.
//
// Test: tests/unit/archive/warc_reader_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "archive/digest.h"
#include "archive/http_message.h"
#include "archive/warc_reader.h"

namespace crawld {

class BlockCheck {
  public:
    explicit BlockCheck(const WarcFields& fields);
    void put(std::string_view piece);
    void finish(ReadRecord& record);  // writes what was found, and the problems

  private:
    enum class Part : uint8_t { head, payload };

    void put_payload(std::string_view piece);
    void end_head(std::string_view head);

    std::optional<Digest> block_said_;
    std::optional<Digest> payload_said_;
    std::optional<DigestCheck> block_unread_;  // what is known without reading
    std::optional<DigestCheck> payload_unread_;
    std::optional<Digester> block_;
    std::optional<Digester> payload_;
    std::optional<Digester> content_;  // of the payload without chunked framing
    Dechunker dechunker_;
    Part part_ = Part::payload;
    std::string head_;
    int status_ = 0;
    std::string content_type_;
};

}  // namespace crawld
