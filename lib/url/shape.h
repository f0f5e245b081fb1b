// What the shape of a path tells of a trap: a site that makes links of its own address, or a
// calendar without end.
//
// Units:  paths as CanonicalUrl::path() gives them; empty segments do not count.
// Cost:   linear, and for repeats n log n in the segments.
// Thread: any.
// Source: Heritrix's TooManyPathSegments and PathologicalPath rules.
// Test:   tests/unit/url/shape_test.cc
#pragma once

#include <cstddef>
#include <string_view>

namespace crawld {

size_t count_segments(std::string_view path);
// How often the segment comes that comes most often, wherever it stands.
size_t count_repeats(std::string_view path);

}  // namespace crawld
