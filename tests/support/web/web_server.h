// WebServer: a small HTTP/1.1 server for tests, demos and benchmarks, cheap enough to share two
// cores with the crawler that it serves.
//
// How it works: one thread, one epoll set, edge-triggered, so that a kept-alive exchange costs an
// epoll_wait, a read and a writev. A connection answers one request at a time; what a client sends
// meanwhile waits in its buffer. A delayed reply waits in a heap of due times.
//
// Thread: run() occupies its thread; stop() may be called from any other, or a signal handler.
// Time:   CLOCK_BOOTTIME, read when a request's bytes are: between the moment when the client sent
//         them and the moment when it can have seen a byte of the answer.
// Bound:  request heads of 16 KiB; connections as many as there are descriptors.
// Source: RFC 9112, as far as GET and HEAD without bodies need it.
// Test:   tests/support/web/web_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "support/web/access_log.h"
#include "support/web/web_site.h"

namespace crawld::web {

struct WebServerSetup {
    uint32_t addresses = 1;       // 127.0.0.1 and the following ones, all with the same port
    uint16_t port = 0;            // 0: any free one
    std::string access_log = {};  // path; empty: none
};

class WebServer {
  public:
    static Result<std::unique_ptr<WebServer>> open(WebSite& site, const WebServerSetup& setup);
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    uint16_t port() const { return port_; }
    Status run();  // until stop()
    void stop();   // async-signal-safe

  private:
    struct Connection {
        uint64_t serial = 0;   // tells a reused descriptor from the one a delayed reply was for
        std::string input;     // bytes read and not yet answered
        std::string output;    // bytes that the socket did not take
        size_t output_at = 0;  // how many of them have gone since
        bool delayed = false;  // `output` waits for its due time
        bool closing = false;  // after `output`, close
        bool saw_end = false;  // the client will send no more
    };
    struct Due {
        int64_t at_us;
        int fd;
        uint64_t serial;
        bool operator>(const Due& other) const { return at_us > other.at_us; }
    };

    explicit WebServer(WebSite& site) : site_(site) {}
    Status listen_all(const WebServerSetup& setup);
    Status listen_one(uint32_t address, uint16_t port);
    int wait_ms() const;
    void accept_from(int listener);
    void on_ready(int fd);
    bool read_some(int fd, Connection& connection);
    void serve_buffered(int fd, Connection& connection);
    size_t serve_one(int fd, Connection& connection, std::string_view input);
    void send_reply(int fd, Connection& connection, bool head_only);
    void flush(int fd, Connection& connection);
    void send_due(int64_t now_us);
    void finish(int fd, Connection& connection);
    void close_connection(int fd);

    WebSite& site_;
    AccessLog access_log_;
    int epoll_ = -1;
    int stop_event_ = -1;
    uint16_t port_ = 0;
    std::vector<int> listeners_;
    std::vector<std::unique_ptr<Connection>> connections_;  // by descriptor
    uint64_t next_serial_ = 1;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    WebReply reply_;
    std::string head_;
};

}  // namespace crawld::web
