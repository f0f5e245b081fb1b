// Dates as sitemaps and feeds write them.
//
// A time without a zone is taken as UTC. Two digits of a year below 50 are of this century
// (RFC 2822 4.3).
//
// Errors: nothing where the whole text is no date.
// Source: w3.org/TR/NOTE-datetime (sitemaps, Atom); RFC 822 5, RFC 2822 3.3, 4.3 (RSS).
// Test:   tests/unit/sitemap/dates_test.cc
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace crawld {

// "2005", "2005-01", "2005-01-02", "2005-01-02T03:04+01:00", with seconds, with a fraction; a space
// for the T, and "+0100".
std::optional<WallTime> parse_w3c_date(std::string_view text);

// "Thu, 05 Jan 2017 13:34:51 +0100", without the day's name, without seconds, with a zone's name.
std::optional<WallTime> parse_rfc822_date(std::string_view text);

// Either: files have the one where the other belongs.
std::optional<WallTime> parse_sitemap_date(std::string_view text);

}  // namespace crawld
