#include "url/suffixes.h"

#include <libpsl.h>

#include "base/check.h"
#include "base/text.h"

namespace crawld {

struct Suffixes::State {
    const psl_ctx_t* list = nullptr;
};

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

    const std::string name(host);  // libpsl wants a C string and answers with a pointer into it
    const char* domain = psl_registrable_domain(state_->list, name.c_str());
    return domain ? host.substr(static_cast<size_t>(domain - name.c_str())) : host;
}

}  // namespace crawld
