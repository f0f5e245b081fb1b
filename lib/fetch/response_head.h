// ResponseHead: reads the head of a response line by line, as the HTTP library passes the lines on.
//
// Interim responses (1xx) are read and dropped; trailers, which come after the final head, are
// counted and ignored. A value folded over lines is joined with one space. Blanks between a name
// and its colon are dropped, as proxies have to; but what would frame the body is left out, since
// the HTTP library does not know it with blanks. Lines without a colon or with a name that is no
// token are left out, as browsers do. CR or NUL inside a line make the response malformed; other
// control characters are kept, and are the reader's to escape.
// Errors: add() returns false once a line is malformed, or there are too many bytes or lines.
// Bound:  of all heads and trailers of a response together; a field of three bytes takes a hundred
//         in memory.
// Source: RFC 9112 4, 5.1, 5.2 and 6.3; RFC 9110 5.5 and 15.2.
// Cost:   one pass over the line, the copies of name and value.
// Test:   tests/unit/fetch/response_head_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/fetcher.h"

namespace crawld {

class ResponseHead {
  public:
    enum class Problem : uint8_t { none, malformed, too_large };

    static constexpr uint32_t kLinesMax = 2'000;
    // `keep_text`: the head as it came is wanted too.
    void clear(uint64_t bytes_max, bool keep_text = false);
    // One line with its end, or a piece of head without one at the end of the response.
    bool add(std::string_view line);

    bool complete() const { return state_ == State::complete; }  // of the final response
    Problem problem() const { return problem_; }
    uint64_t bytes() const { return bytes_; }  // of all heads and trailers so far
    int status() const { return status_; }
    const std::string& http_version() const { return http_version_; }  // "1.1"
    // What the response itself says of its length; nothing if it says nothing usable.
    std::optional<uint64_t> content_length() const { return content_length_; }
    bool is_chunked() const { return chunked_; }
    // A sentence if the length is stated in contradictory ways: such a connection must not be
    // used again, since the next response may begin anywhere (RFC 9112 6.3). Empty otherwise.
    std::string_view framing_doubt() const { return framing_doubt_; }

    std::vector<HttpHeader>& headers() { return headers_; }
    std::string& text() { return text_; }
    const HttpHeader* find(std::string_view name) const;

  private:
    enum class State : uint8_t { status_line, fields, complete };

    bool read_status_line(std::string_view line);
    void read_field(std::string_view line);
    void note_framing(const HttpHeader& header);
    void end_head();
    void forget_head();
    bool fail_with(Problem problem);

    State state_ = State::status_line;
    Problem problem_ = Problem::none;
    uint64_t bytes_ = 0;
    uint64_t bytes_max_ = 0;
    uint32_t lines_ = 0;
    int status_ = 0;
    bool chunked_ = false;
    bool field_kept_ = false;  // the last field line, for what is folded onto it
    std::optional<uint64_t> content_length_;
    std::string_view framing_doubt_;
    bool keep_text_ = false;
    std::string text_;  // with its empty line
    std::string http_version_;
    std::vector<HttpHeader> headers_;
};

}  // namespace crawld
