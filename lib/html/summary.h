// page_summary: what a page says of itself, for those who look through what was crawled.
//
// Units:  UTF-8 in and out. `title`: the first <title> outside of svg, references resolved, runs of
//         white space made one blank, at most kTitleBytesMax. `language`: the lang (or xml:lang) of
//         <html>, if it has the shape of a language tag. `text_bytes`: of the text between the
//         tags (text_runs.h), each run of white space counted once.
// Cost:   linear, constant memory; about 2 ns a byte.
// Source: WHATWG HTML 4.2.2 (title), 3.2.6.2 (lang).
// Test:   tests/unit/html/summary_test.cc
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace crawld {

inline constexpr size_t kTitleBytesMax = 1'000;

struct PageSummary {
    std::string title;
    std::string language;
    uint64_t text_bytes = 0;
};

PageSummary page_summary(std::string_view utf8);

}  // namespace crawld
