#include "fetch/curl_version.h"

#include <curl/curl.h>

namespace crawld {

namespace {

struct Flaw {
    uint32_t first;
    uint32_t last;
    std::string_view what;
};

constexpr uint32_t version(uint32_t major, uint32_t minor, uint32_t patch) {
    return major << 16 | minor << 8 | patch;
}

constexpr Flaw kFlaws[] = {
    {0, version(7, 88, 0),
     "it is older than 7.88.1, the oldest version this program was tested with"},
    {version(8, 9, 0), version(8, 9, 0),
     "its connections are not shut down under an event loop (curl #14280)"},
    {version(8, 13, 0), version(8, 14, 0),
     "it loses transfers when its table of them grows (curl #17473)"},
};

}  // namespace

std::string_view curl_version_flaw(uint32_t loaded) {
    for (const Flaw& flaw : kFlaws)
        if (flaw.first <= loaded && loaded <= flaw.last) return flaw.what;
    return {};
}

std::string curl_complaint() {
    const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
    const std::string_view flaw = curl_version_flaw(info->version_num);
    if (flaw.empty()) return {};
    return std::string("libcurl ") + info->version + " should not be used: " + std::string(flaw) +
           "; install another version";
}

std::string curl_version_text() {
    const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
    const char* tls = info->ssl_version == nullptr ? "without TLS" : info->ssl_version;
    return std::string(info->version) + " " + tls;
}

}  // namespace crawld
