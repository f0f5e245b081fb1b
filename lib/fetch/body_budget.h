// BodyBudget, BodyLease, BodyGate: how many bytes of bodies the process holds at a time.
//
// How: a transfer takes bytes of the budget before its body grows. They are in a lease, which
// travels with the body: into the result, to the worker that reads it, and back when that has let
// go of it. Where the budget has no more, the transfer waits (BodyGate), unless it is the one whose
// body began first on its loop: that one goes on beyond the budget, so that there is always a body
// that gets whole, is read and makes room. The others go on in the order in which they began.
//
// Bound:  bytes_max, and on each loop the rest of one body.
// Thread: a budget any; a lease one at a time; a gate its loop's.
// Test:   tests/unit/fetch/body_budget_test.cc, curl_fetcher_bodies_test.cc
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

namespace crawld {

class BodyBudget {
  public:
    explicit BodyBudget(uint64_t bytes_max) : bytes_max_(bytes_max) {}

    bool try_take(uint64_t bytes);
    void take(uint64_t bytes) { held_.fetch_add(bytes, std::memory_order_relaxed); }
    void give_back(uint64_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }
    bool has_room(uint64_t bytes) const { return held() + bytes <= bytes_max_; }
    uint64_t held() const { return held_.load(std::memory_order_relaxed); }
    uint64_t bytes_max() const { return bytes_max_; }

  private:
    const uint64_t bytes_max_;
    std::atomic<uint64_t> held_{0};
};

// Bytes that were taken; they go back with it.
class BodyLease {
  public:
    BodyLease() = default;
    BodyLease(BodyLease&& other) noexcept
        : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}
    BodyLease& operator=(BodyLease&& other) noexcept {
        if (this == &other) return *this;
        end();
        budget_ = std::move(other.budget_);
        bytes_ = std::exchange(other.bytes_, 0);
        return *this;
    }
    ~BodyLease() { end(); }

    // Bytes that the caller has taken of the budget.
    void add(const std::shared_ptr<BodyBudget>& budget, uint64_t bytes) {
        budget_ = budget;
        bytes_ += bytes;
    }
    void end() {
        if (budget_ && bytes_ > 0) budget_->give_back(std::exchange(bytes_, 0));
    }
    uint64_t bytes() const { return bytes_; }

  private:
    std::shared_ptr<BodyBudget> budget_;
    uint64_t bytes_ = 0;
};

// The transfers of one loop that have a body.
class BodyGate {
  public:
    explicit BodyGate(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}

    // The body of this transfer grows. False: not now, it waits; it asks again when it goes on.
    bool grow(uint64_t token, uint64_t bytes, BodyLease& lease);
    // The transfer has ended, however.
    void leave(uint64_t token);
    // The next of those that wait, if it may go on.
    std::optional<uint64_t> next() const;
    size_t waiting() const { return waiting_.size(); }
    // How often a transfer began to wait.
    uint64_t waits() const { return waits_; }
    uint64_t held() const { return budget_->held(); }

  private:
    struct Waiting {
        uint64_t token = 0;
        uint64_t bytes = 0;
    };
    bool is_first(uint64_t place) const { return bodies_.begin()->first == place; }

    std::shared_ptr<BodyBudget> budget_;
    uint64_t places_ = 0;
    uint64_t waits_ = 0;
    std::unordered_map<uint64_t, uint64_t> place_of_;  // by token: in the order of beginning
    std::map<uint64_t, uint64_t> bodies_;              // by place: token
    std::map<uint64_t, Waiting> waiting_;              // by place
};

}  // namespace crawld
