// Transfer: one easy handle of curl with all that its callbacks need; used again and again.
//
// How: the options that never change are set once, in the constructor; begin() sets
//      those that differ from the request before. The callbacks run inside curl: they store, and
//      stop a transfer by refusing (Stop says why), nothing else.
//      The address is given, so curl must never resolve: `*:port` is bound to dummy addresses,
//      the socket is opened to ours, and a question to curl's resolver fails the transfer.
// Sends: curl repeats a request by itself on a new connection if a kept-alive one was dead. A
//      repeated request would not be counted, so the second send of a transfer is refused.
// Thread: the loop's.
// Test:   tests/unit/fetch/curl_fetcher_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "fetch/curl_handles.h"
#include "fetch/fetcher.h"
#include "fetch/response_head.h"
#include "fetch/socket_table.h"

namespace crawld {

class Transfer;

// What a transfer asks of, and tells, the fetcher it belongs to; from inside curl.
class TransferHost {
  public:
    virtual ~TransferHost() = default;
    virtual std::string_view refusal(const IpAddress& address, uint16_t port) const = 0;
    virtual void on_first_byte(uint64_t token) = 0;
    virtual void on_socket_opened(int fd, Transfer& transfer) = 0;
    virtual void on_socket_closing(int fd) = 0;
    // Of a kept-alive connection; empty for plain HTTP.
    virtual TlsNames tls_of(const SocketEnds& ends) const = 0;
    // The list that binds every name at this port to the dummy addresses.
    virtual curl_slist* dummy_addresses(uint16_t port) = 0;
    virtual bool dummy_addresses_known(uint16_t port) const = 0;
    // Whether there is memory for so many more bytes of body; the lease has them then.
    virtual bool grow_body(uint64_t token, uint64_t bytes, BodyLease& lease) = 0;
};

class Transfer {
  public:
    Transfer(TransferHost& host, const std::string& ca_file);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    void begin(uint64_t token, FetchRequest request);
    // The same request again on a new connection, if nothing was sent because the kept-alive
    // connection led to another address than the one given.
    bool needs_new_connection() const { return stop_ == Stop::other_peer && reused_; }
    void begin_again();
    // What became of it; the transfer may begin anew after this.
    FetchResult finish(CURLcode code);
    FetchResult finish_canceled();

    CURL* easy() const { return easy_.get(); }
    uint64_t token() const { return token_; }
    const FetchRequest& request() const { return request_; }
    int fd() const { return fd_; }  // of its connection, -1 while there is none
    const TlsNames& tls() const { return tls_; }
    // It goes on with a kept-alive connection.
    void adopt(int fd) { fd_ = fd; }
    // Of its connection, once the request goes out.
    const SocketEnds& ends() const { return ends_; }
    bool sent() const { return sends_ > 0; }
    bool answered() const { return answered_; }
    // There was no memory for its body: curl keeps what came, and hands it over again after this.
    CURLcode resume() { return curl_easy_pause(easy(), CURLPAUSE_CONT); }

  private:
    enum class Stop : uint8_t {
        none,
        address_refused,  // by the guard
        other_peer,       // the connection leads elsewhere
        no_socket,        // the fault is this machine's
        sent_before,
        bad_head,
        body_full,
    };
    // The values that the easy handle has now; the initial ones differ from all valid ones.
    struct Applied {
        std::string user_agent;
        std::string accept{"\n"};
        std::string accept_language;
        bool extra_headers = false;
        long keep_alive = -1;
        long connect_ms = -1;
        long total_ms = -1;
        long low_speed_bytes = -1;
        long low_speed_seconds = -1;
        long verify = -1;
        long family = -1;
        long verbose = -1;
        long fresh = -1;
        bool wildcard = false;
    };

    void set_up(const std::string& ca_file);
    void set_up_callbacks();
    void forget();
    void apply_headers();
    void apply_limits();
    void apply_route();
    void set_if_new(CURLoption option, long& applied, long value);

    static size_t on_head(char* data, size_t size, size_t count, void* self);
    static size_t on_body(char* data, size_t size, size_t count, void* self);
    static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int on_send(void* self, char* peer, char* local, int peer_port, int local_port);
    static int on_debug(CURL* easy, curl_infotype type, char* data, size_t size, void* self);
    int stop(int code, Stop why, std::string_view detail);
    bool make_room(size_t bytes);

    Outcome judge(CURLcode code);
    Outcome judge_stop();
    bool ended_without_close_notify(CURLcode code) const;
    void take_times(FetchResult& result) const;

    TransferHost& host_;
    EasyHandle easy_;
    Slist header_list_;
    Applied applied_;
    std::array<char, CURL_ERROR_SIZE> error_{};

    uint64_t token_ = 0;
    FetchRequest request_;
    ResponseHead head_;
    std::string body_;
    BodyLease lease_;  // of its capacity
    std::string detail_;
    TlsNames tls_;
    std::string request_head_;
    uint64_t body_bytes_wire_ = 0;
    int fd_ = -1;
    SocketEnds ends_;
    int sends_ = 0;
    int sockets_opened_ = 0;
    bool reused_ = false;
    bool answered_ = false;
    bool waited_ = false;  // for memory
    Stop stop_ = Stop::none;
};

}  // namespace crawld
