// Mailbox: results of other threads, handed to a loop in batches with one wake-up a batch.
//
// Thread: put() from any; the receiver runs on the loop.
// Bound:  by what is under way: every message answers a request of the loop's own.
// Test:   tests/unit/crawl/mailbox_test.cc
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "loop/loop.h"

namespace crawld {

template <class Message>
class Mailbox {
    struct State;

  public:
    using Receiver = std::function<void(Message)>;

    Mailbox(Loop& loop, Receiver receiver)
        : state_(std::make_shared<State>(loop, std::move(receiver))) {}
    // Messages that come after this are dropped.
    ~Mailbox() { state_->receiver = nullptr; }

    // A handle that may outlive the mailbox: what other threads hold.
    class Address {
      public:
        void put(Message message) const {
            bool wake = false;
            {
                const std::lock_guard lock(state_->mutex);
                wake = state_->messages.empty();
                state_->messages.push_back(std::move(message));
            }
            if (wake) state_->loop.post([state = state_] { State::deliver(*state); });
        }

      private:
        friend class Mailbox;
        explicit Address(std::shared_ptr<State> state) : state_(std::move(state)) {}
        std::shared_ptr<State> state_;
    };
    Address address() const { return Address(state_); }

  private:
    struct State {
        State(Loop& l, Receiver r) : loop(l), receiver(std::move(r)) {}
        static void deliver(State& state) {
            std::vector<Message> batch;
            {
                const std::lock_guard lock(state.mutex);
                batch.swap(state.messages);
            }
            for (Message& message : batch)
                if (state.receiver) state.receiver(std::move(message));
        }
        Loop& loop;
        std::mutex mutex;
        std::vector<Message> messages;
        Receiver receiver;  // the loop's thread only
    };
    std::shared_ptr<State> state_;
};

}  // namespace crawld
