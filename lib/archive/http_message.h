// HTTP messages as they lie in the blocks of records.
//
// Bodies are kept with their content coding and without chunked framing: libcurl takes that off,
// and the payload is defined without it (WARC/1.1 6.3.2), so the payload digest needs no second
// pass. A head that still said "Transfer-Encoding: chunked" would be a lie about the bytes behind
// it: warcio, pywb and others take chunks apart where the header says so, and have to guess when
// there are none; a body that happens to begin with hexadecimal digits and a line end is destroyed
// by that. Hence the header's name, and nothing else, is changed to X-Crawler-Transfer-Encoding,
// which readers pass over: what was sent can still be seen. Common Crawl does the same.
//
// Not kept: interim responses (1xx), since readers take the first head of a block for that of the
// response, and trailers, whose place is in the framing.
//
// Thread: any.
// Source: WARC/1.1 6.3.2; RFC 9112 7.1 (chunks).
// Test:   tests/unit/archive/http_message_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crawld {

// `wire` is one head as it was sent or received, of one message. It is taken up to its first empty
// line, and gets one where there is none: what comes behind can only be read as the body.
std::string archived_head(std::string_view wire);

// The bytes of `block` that are the head, its empty line included; nothing without an empty line.
std::optional<size_t> head_bytes(std::string_view block);

// Takes chunked framing off bytes that come in pieces. Other writers keep it.
class Dechunker {
  public:
    // The bytes of content in `bytes`, in order. Empty once framing is broken or at its end.
    std::string put(std::string_view bytes);
    // Framing was right so far; complete, if it is also at its end.
    bool valid() const { return state_ != State::broken; }
    bool complete() const { return state_ == State::trailers || state_ == State::end; }

  private:
    enum class State : uint8_t { size, extension, content, content_end, trailers, end, broken };

    void take_framing(char c);
    void take_size(char c);
    void end_size_line();

    State state_ = State::size;
    uint64_t size_ = 0;
    int digits_ = 0;
    bool line_has_text_ = false;
};

}  // namespace crawld
