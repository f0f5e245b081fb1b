#include "url/suffixes.h"

#include <libpsl.h>

#include <array>
#include <string>

#include "base/check.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace crawld {

struct Suffixes::State {
    const psl_ctx_t* list = nullptr;
};

namespace {

// Names that this thread asked for lately: the links of a crawl name few hosts again and again, and
// libpsl's search costs more than all other work on a link together. The list is one and the same
// for every Suffixes, so the cache need not know which asks.
struct Recent {
    std::string host;
    size_t domain_at = 0;
};
Recent& recent(std::string_view host) {
    static thread_local std::array<Recent, 1024> names;
    return names[fingerprint64(host) % names.size()];
}

size_t find_domain(const psl_ctx_t* list, const std::string& host) {
    const char* domain = psl_registrable_domain(list, host.c_str());
    return domain ? static_cast<size_t>(domain - host.c_str()) : 0;
}

}  // namespace

// The list compiled into libpsl, not the newer file that psl_latest() would look for: registrable
// domains are part of the keys on disk, and should change as seldom as may be.
Suffixes::Suffixes() : state_(std::make_unique<State>(State{psl_builtin()})) {
    CRAWLD_CHECK(state_->list != nullptr);  // Debian's libpsl is always built with a list
}

Suffixes::~Suffixes() = default;

std::string_view Suffixes::registrable_domain(std::string_view host) const {
    // A canonical host whose last label is a number is an IPv4 address, by the URL standard. An
    // IPv6 address has no dot, so it is one label and its own domain anyway.
    const std::string_view last_label = host.substr(host.rfind('.') + 1);
    if (span_of(last_label, is_digit) == last_label.size()) return host;

    Recent& name = recent(host);
    if (name.host != host) {
        name.host = host;  // libpsl wants a C string and answers with a pointer into it
        name.domain_at = find_domain(state_->list, name.host);
    }
    return host.substr(name.domain_at);
}

bool Suffixes::is_public_suffix(std::string_view name) const {
    return psl_is_public_suffix(state_->list, std::string(name).c_str()) == 1;
}

}  // namespace crawld
