#include "support/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"

namespace crawld {

namespace {

constexpr uint16_t kTypeA = 1;
constexpr uint16_t kTypeAaaa = 28;
constexpr size_t kHeaderBytes = 12;

// The name of the question as text; `end` is behind its type and class.
std::string question_name(std::string_view query, size_t& end) {
    std::string name;
    size_t at = kHeaderBytes;
    while (at < query.size() && query[at] != 0) {
        const auto length = static_cast<uint8_t>(query[at]);
        if (!name.empty()) name += '.';
        name += query.substr(at + 1, length);
        at += 1U + length;
    }
    end = at + 5;
    return name;
}

void put_record(std::string& out, uint16_t type, uint32_t ttl, const std::string& address) {
    std::array<char, 16> bytes{};
    const bool v6 = type == kTypeAaaa;
    CRAWLD_CHECK(inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) == 1);
    put_u16(out, 0xc00c);  // the name of the question
    put_u16(out, type);
    put_u16(out, 1);
    put_u32(out, ttl);
    put_u16(out, v6 ? 16 : 4);
    out.append(bytes.data(), v6 ? 16 : 4);
}

}  // namespace

DnsServer::DnsServer() {
    fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CRAWLD_CHECK(fd_ >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    CRAWLD_CHECK(bind(fd_, raw, length) == 0);
    CRAWLD_CHECK(getsockname(fd_, raw, &length) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

DnsServer::~DnsServer() {
    stopping_ = true;
    shutdown(fd_, SHUT_RDWR);  // wakes recvfrom()
    thread_.join();
    close(fd_);
}

std::string DnsServer::address() const {
    return "127.0.0.1:" + std::to_string(port_);
}

void DnsServer::set(const std::string& name, Script script) {
    const std::lock_guard lock(mutex_);
    scripts_[name] = std::move(script);
}

std::vector<std::string> DnsServer::queries() const {
    const std::lock_guard lock(mutex_);
    return queries_;
}

size_t DnsServer::queries_of(std::string_view query) const {
    const std::lock_guard lock(mutex_);
    return static_cast<size_t>(std::count(queries_.begin(), queries_.end(), query));
}

void DnsServer::serve() {
    std::array<char, 1500> buffer{};
    while (!stopping_) {
        sockaddr_in from{};
        socklen_t length = sizeof from;
        auto* raw = reinterpret_cast<sockaddr*>(&from);
        const ssize_t received = recvfrom(fd_, buffer.data(), buffer.size(), 0, raw, &length);
        if (received < static_cast<ssize_t>(kHeaderBytes)) continue;
        const std::string answer = reply({buffer.data(), static_cast<size_t>(received)});
        if (!answer.empty()) sendto(fd_, answer.data(), answer.size(), 0, raw, length);
    }
}

std::string DnsServer::reply(std::string_view query) {
    size_t end = 0;
    const std::string name = question_name(query, end);
    const bool v6 = static_cast<uint8_t>(query[end - 3]) == kTypeAaaa;

    const std::lock_guard lock(mutex_);
    queries_.push_back((v6 ? "AAAA " : "A ") + name);
    const auto script = scripts_.find(name);
    const bool exists = script != scripts_.end();
    const Failure failure = !exists ? Failure::none
                            : v6    ? script->second.aaaa_failure
                                    : script->second.a_failure;
    if (failure == Failure::silence) return {};
    static const std::vector<std::string> kNone;
    const auto& addresses = !exists || failure == Failure::server_failure ? kNone
                            : v6                                          ? script->second.aaaa
                                                                          : script->second.a;
    const uint16_t rcode = failure == Failure::server_failure ? 2 : exists ? 0 : 3;

    std::string out(query.substr(0, 2));
    put_u16(out, static_cast<uint16_t>(0x8180 | rcode));
    put_u16(out, 1);
    put_u16(out, static_cast<uint16_t>(addresses.size()));
    put_u32(out, 0);
    out += query.substr(kHeaderBytes, end - kHeaderBytes);
    for (const std::string& address : addresses)
        put_record(out, v6 ? kTypeAaaa : kTypeA, script->second.ttl, address);
    return out;
}

}  // namespace crawld
