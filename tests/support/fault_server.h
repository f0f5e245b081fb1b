// FaultServer: a scripted TCP server on loopback for tests of what the network does to a client.
//
// How: a script belongs to a path and is a list of steps; for each request on that path the server
//      plays the steps. A path without a script gets a short 404. The server reads requests without
//      bodies, one after the other on each connection, and keeps what it received with the time.
// Time: CLOCK_BOOTTIME, to be compared with a Loop's now().
// Thread: its own, with poll(); functions may be called from any thread.
// Test: what uses it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"

namespace crawld {

struct FaultStep {
    enum class Kind : uint8_t { send, wait, close, reset, drip };
    Kind kind = Kind::send;
    std::string bytes = {};  // send, drip
    Duration time{0};        // wait; between the bytes of a drip
};
FaultStep send_bytes(std::string bytes);
FaultStep wait_for(Duration time);
FaultStep close_now();
FaultStep reset_now();
// One byte at a time, again and again until the client goes away.
FaultStep drip_forever(std::string bytes, Duration gap);
// A whole response with its length.
FaultStep send_page(std::string body, std::string more_headers = "");

struct ReceivedRequest {
    std::string path;
    std::string head;
    Instant at;
    int connection = 0;  // counted from 1
};

class FaultServer {
  public:
    enum class Family : uint8_t { v4, v6 };
    explicit FaultServer(Family family = Family::v4);  // on 127.0.0.1 or ::1
    ~FaultServer();
    FaultServer(const FaultServer&) = delete;
    FaultServer& operator=(const FaultServer&) = delete;

    uint16_t port() const { return port_; }
    void on(const std::string& path, std::vector<FaultStep> steps);
    std::vector<ReceivedRequest> requests() const;
    int connections() const;       // accepted so far
    int connections_open() const;  // not closed by either side
    int resets() const;            // connections that the client reset

  private:
    struct Connection;

    void serve();
    void accept_one();
    void listen_on(Family family);
    // Each returns false when the connection is to be forgotten.
    bool read_some(Connection& connection);
    bool play(Connection& connection, Instant now);
    bool play_step(Connection& connection, const FaultStep& step, Instant now);

    int listen_fd_ = -1;
    int wake_fd_ = -1;
    uint16_t port_ = 0;
    std::vector<std::unique_ptr<Connection>> open_;  // the server thread's
    mutable std::mutex mutex_;
    std::map<std::string, std::vector<FaultStep>> scripts_;  // guarded by mutex_
    std::vector<ReceivedRequest> requests_;                  // guarded by mutex_
    int connections_ = 0;                                    // guarded by mutex_
    int connections_open_ = 0;                               // guarded by mutex_
    int resets_ = 0;                                         // guarded by mutex_
    bool stopping_ = false;                                  // guarded by mutex_
    std::thread thread_;
};

}  // namespace crawld
