#include "url/keys.h"

#include "base/bytes.h"
#include "base/fingerprint.h"
#include "url/suffixes.h"

namespace crawld {

namespace {
constexpr uint64_t kHostBits = (uint64_t{1} << 48) - 1;
}  // namespace

HostKey host_key(std::string_view host, std::string_view registrable_domain) {
    const uint64_t vshard = fingerprint64(registrable_domain) % kVshards;
    return {vshard << 48 | (fingerprint64(host) & kHostBits)};
}

UrlKey url_key(const CanonicalUrl& url, HostKey host) {
    return {host, fingerprint64(url.href())};
}

UrlKey url_key(const CanonicalUrl& url, const Suffixes& suffixes) {
    return url_key(url, host_key(url.host(), suffixes.registrable_domain(url.host())));
}

void put_key(std::string& out, HostKey key) {
    put_u64(out, key.value);
}

void put_key(std::string& out, UrlKey key) {
    put_key(out, key.host);
    put_u64(out, key.url);
}

}  // namespace crawld
