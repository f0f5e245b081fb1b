// XmlBase: what relative links of a feed are relative to, where xml:base says so.
//
// A base is relative to the one around it, the outermost to the file's URL. Links inside of a base
// that cannot be used are none of the base around it: a relative one is no link. What begins like
// an http(s) URL needs no base.
//
// Bound:  a base is of no use if it, or its URL, is longer than kXmlBaseBytesMax, or few bytes a
//         link would become many; if it is none that can be read; and behind kXmlBasesMax bases and
//         kXmlLinksMax links of a file that were read as URLs.
// Cost:   a base is read as a URL at the first link that needs it.
// Source: RFC 4287 2; W3C XML Base; RFC 3986 5.1.
// Test:   tests/unit/sitemap/feeds_test.cc
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "url/url.h"

namespace crawld {

inline constexpr size_t kXmlBaseBytesMax = 512;
inline constexpr size_t kXmlBasesMax = 10'000;
inline constexpr size_t kXmlLinksMax = 100'000;

class XmlBase {
  public:
    // Without the file's URL a base that is relative to it cannot be used.
    explicit XmlBase(std::string_view file_url);

    // An element that is the `depth`-th open one has the attribute.
    void enter(size_t depth, std::string_view base);
    // No more than `depth` elements are open any longer.
    void leave(size_t depth);
    // `loc`, which has no white space around it, as it stands where no base is around it. Nothing
    // if it is relative and its base cannot be used, or no URL of at most kLocBytesMax comes of it.
    std::optional<std::string> resolve(std::string_view loc);

  private:
    struct Base {
        size_t depth;
        std::string text;
        bool read = false;
        std::optional<Url> url{};  // once it is read; nothing: of no use
    };
    const Url* innermost();
    void read_base(size_t index);

    std::vector<Base> bases_;  // the first is the file's
    size_t bases_read_ = 0;
    size_t links_read_ = 0;
};

}  // namespace crawld
