// surt_key: the key by which a CDX index is sorted and asked, "com,example)/path?query".
//
// What it is made of is not our canonical form but the one of the Wayback Machine, which pywb,
// cdxj-indexer and OpenWayback share, letter for letter, since a reader looks a page up by the key
// that it makes itself: escapes decoded as often as that changes anything and then made again,
// slashes merged, dots resolved, all in lower case, no "www.", no session identifiers, parameters
// sorted, no slash at the end, the host's labels reversed, a port that is not the scheme's. The
// scheme itself is no part of it. Only of hosts with empty labels and of port 0, which nobody can
// fetch from, the keys differ.
//
// Cost:   a few copies of the URL.
// Source: Internet Archive, wayback-core: IAURLCanonicalizer, GoogleURLCanonicalizer; the Python
//         package surt 0.3.1, whose results the test holds.
// Test:   tests/unit/archive/surt_test.cc
#pragma once

#include <string>

#include "url/url.h"

namespace crawld {

std::string surt_key(const CanonicalUrl& url);

}  // namespace crawld
