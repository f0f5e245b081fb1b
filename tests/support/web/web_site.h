// WebSite: what a test web server answers. A site is a function from (host, path) to a reply.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace crawld::web {

// Views into the connection's buffer: valid during answer() only.
struct WebRequest {
    std::string_view host;    // lower-case, without the port; empty if there was none
    std::string_view target;  // path and query
};

struct WebReply {
    int status = 200;
    std::string_view content_type = "text/html; charset=utf-8";
    std::string headers;  // further ones, each ending in CR LF
    std::string body;
    Duration delay{0};  // before the first byte

    void clear() {
        status = 200;
        content_type = "text/html; charset=utf-8";
        headers.clear();
        body.clear();
        delay = Duration{0};
    }
};

class WebSite {
  public:
    virtual ~WebSite() = default;
    // Fills a cleared reply, whose strings keep their capacity from one request to the next.
    virtual void answer(const WebRequest& request, WebReply& reply) = 0;
    // The port is known once the server listens, and sites write absolute links.
    virtual void set_port(uint16_t port) = 0;
};

}  // namespace crawld::web
