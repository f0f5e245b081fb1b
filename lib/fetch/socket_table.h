// SocketTable: the sockets of one fetcher by descriptor: which events curl wants of them, and what
// becomes of the idle ones in its connection cache.
//
// How: curl announces by callback what it wants; the table keeps one watch for as long as the
//      connection lives, so a kept-alive request costs no system call for watching. An idle
//      connection stays watched for reading, which curl does not do: whatever comes there, an end
//      or bytes nobody asked for, makes the connection unfit. The table empties and shuts it down,
//      so that curl takes it for dead, and counts it until curl closes it.
//      A descriptor's number may come back before curl has let go of the old one; opened() starts
//      afresh whatever was there.
// Thread: the loop's.
// Test:   tests/unit/fetch/curl_fetcher_test.cc
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "dns/address.h"
#include "loop/uv_loop.h"

namespace crawld {

class Transfer;

// What tells one connection from all others.
struct SocketEnds {
    IpAddress peer;
    uint16_t peer_port = 0;
    IpAddress local;
    uint16_t local_port = 0;
    bool operator==(const SocketEnds&) const = default;
};

// "TLSv1.3", as curl names it; "TLS_AES_256_GCM_SHA384", as IANA does. Empty for plain HTTP.
struct TlsNames {
    std::string version;
    std::string cipher_suite;
};

class SocketTable {
  public:
    using Ready = std::function<void(int fd, int events)>;
    using Retired = std::function<void()>;
    // `ready` hears of sockets that curl wants watched, `retired` of idle ones that ended.
    SocketTable(UvLoop& loop, Ready ready, Retired retired);

    void opened(int fd, Transfer* user);
    // What curl wants now; 0 when it has done with the socket for the moment.
    void want(int fd, int events, Transfer* user);
    // The transfer that uses it waits: what comes meanwhile is no news of an idle connection, which
    // it may have been a moment ago.
    void pause(int fd, Transfer* user);
    // The transfer on it has ended, and the connection may be used again.
    void keep(int fd);
    // The connection that is kept, or -1. Asks the system about each: for rare cases.
    int find_kept(const SocketEnds& ends) const;
    void closing(int fd);
    // Stops watching what is neither wanted nor kept. After every action of curl.
    void settle();
    // The watch stops on a socket error; watches again if curl left the socket as it was.
    void resume(int fd);

    Transfer* user(int fd) const;  // the transfer that used it last, null when kept
    // Stays with the connection. It is found by its ends, for curl may not tell of the descriptor
    // before a transfer on a kept one is done.
    void set_tls(int fd, const SocketEnds& ends, TlsNames names);
    TlsNames tls(const SocketEnds& ends) const;
    size_t open_count() const { return open_count_; }  // in use or kept
    size_t retired() const { return retired_count_; }  // unfit, not closed by curl yet

  private:
    struct Socket {
        std::unique_ptr<FdWatch> watch;
        Transfer* user = nullptr;
        int wanted = 0;
        bool open = false;
        bool kept = false;
        bool retired = false;
        SocketEnds ends;  // if it has TLS
        TlsNames tls;
    };

    Socket& at(int fd);
    void on_event(int fd, int events);
    void retire(int fd);

    UvLoop& loop_;
    Ready ready_;
    Retired retired_;
    std::vector<Socket> sockets_;                      // by descriptor
    std::vector<int> released_;                        // wanted no more since the last settle()
    std::unordered_multimap<uint16_t, int> with_tls_;  // by local port
    size_t open_count_ = 0;
    size_t retired_count_ = 0;
};

}  // namespace crawld
