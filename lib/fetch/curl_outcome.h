// What a finished transfer means: curl's code and what was seen on the way, to an Outcome.
//
// Source: https://curl.se/libcurl/c/libcurl-errors.html and lib/ of curl 7.88.1.
// Test:   tests/unit/fetch/curl_outcome_test.cc
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "fetch/outcome.h"

namespace crawld {

struct CurlEvidence {
    int os_error = 0;               // CURLINFO_OS_ERRNO
    bool sent = false;              // the connection was ready and the request went out
    bool head_complete = false;     // the head of the final response was read
    std::string_view message = {};  // the error buffer
};

Outcome outcome_of_code(CURLcode code, const CurlEvidence& seen);
Outcome outcome_of_status(int status, bool has_location);

}  // namespace crawld
