// What a page says of itself to those who use it: recorded in the crawl log, and decides nothing.
//
// Bound:  kUsageBytesMax, kAlternatesBytesMax.
// Source: draft-ietf-aipref-attach (Content-Usage); W3C TDM Reservation Protocol (tdm-reservation,
//         tdm-policy, as header or meta); WHATWG HTML 4.6.7.1 and RFC 8288 3.4.1 (hreflang).
// Test:   tests/unit/crawl/digest_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/fetcher.h"
#include "url/url.h"

namespace crawld {

inline constexpr size_t kUsageBytesMax = 512;
inline constexpr size_t kAlternatesBytesMax = 2'048;

bool is_usage_header(std::string_view name);
// "content-usage: train-ai=n; meta tdm-reservation: 1": what headers say, then what the page does
// (PageLinks::meta_usage).
std::string usage_note(const std::vector<HttpHeader>& headers, std::string_view meta_usage);

// The page in other languages: "de=https://a/ x-default=https://b/". URLs hold no blanks. Those
// that do not fit are counted: "de=https://a/ +12".
class AlternatesNote {
  public:
    // A URL that cannot be used is left out.
    void add(std::string_view language, const std::optional<CanonicalUrl>& url);
    std::string text() const;

  private:
    std::string text_;
    uint64_t left_out_ = 0;
};

}  // namespace crawld
