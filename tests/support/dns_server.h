// DnsServer: a scripted name server on loopback UDP for tests of the resolver.
//
// Names it has no script for do not exist. Every query is recorded.
// Thread: its own; functions may be called from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace crawld {

class DnsServer {
  public:
    enum class Failure : uint8_t { none, server_failure, silence };
    struct Script {
        std::vector<std::string> a = {};     // IPv4 addresses as text; none: NODATA
        std::vector<std::string> aaaa = {};  // IPv6
        uint32_t ttl = 300;
        Failure a_failure = Failure::none;
        Failure aaaa_failure = Failure::none;
    };

    DnsServer();
    ~DnsServer();
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;

    std::string address() const;  // "127.0.0.1:port"
    void set(const std::string& name, Script script);
    // The queries so far, "A example.org" or "AAAA example.org".
    std::vector<std::string> queries() const;
    size_t queries_of(std::string_view query) const;

  private:
    void serve();
    // The reply to a query, or nothing.
    std::string reply(std::string_view query);

    int fd_ = -1;
    uint16_t port_ = 0;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::map<std::string, Script> scripts_;  // guarded by mutex_
    std::vector<std::string> queries_;       // guarded by mutex_
    std::thread thread_;
};

}  // namespace crawld
