// The versions of libcurl that must not run a crawl, whatever was built against.
//
// Source: https://curl.se/docs/releases.html and the issues named in the table.
// Test:   tests/unit/fetch/curl_version_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crawld {

// Why this version (0xXXYYZZ, as curl counts) is unfit; empty if nothing is known against it.
std::string_view curl_version_flaw(uint32_t version);
// A sentence for the operator about the libcurl that is loaded; empty if it is fit.
std::string curl_complaint();
// The libcurl that is loaded, with its TLS library: "7.88.1 OpenSSL/3.0.15".
std::string curl_version_text();

}  // namespace crawld
