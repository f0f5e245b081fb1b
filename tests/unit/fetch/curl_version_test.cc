#include "fetch/curl_version.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("curl: versions with known flaws are named, their neighbours are not") {
    CHECK(curl_version_flaw(0x075801).empty());        // 7.88.1
    CHECK_FALSE(curl_version_flaw(0x075800).empty());  // 7.88.0
    CHECK(curl_version_flaw(0x080801).empty());
    CHECK_FALSE(curl_version_flaw(0x080900).empty());
    CHECK(curl_version_flaw(0x080901).empty());
    CHECK(curl_version_flaw(0x080c01).empty());
    CHECK_FALSE(curl_version_flaw(0x080d00).empty());
    CHECK_FALSE(curl_version_flaw(0x080e00).empty());
    CHECK(curl_version_flaw(0x080e01).empty());
}

TEST_CASE("curl: the library these tests run with is fit") {
    CHECK(curl_complaint().empty());
}
