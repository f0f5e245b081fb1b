#include "crawl/mailbox.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <vector>

#include "support/sim_loop.h"

using namespace crawld;

TEST_CASE("messages come in order, on the loop, with one wake-up for all that gathered") {
    SimLoop loop;
    std::vector<int> received;
    Mailbox<int> mailbox(loop, [&](int message) { received.push_back(message); });
    const auto address = mailbox.address();
    for (int i = 0; i < 3; ++i)
        address.put(i);
    CHECK(received.empty());
    CHECK(loop.step());
    CHECK_EQ(received, std::vector<int>{0, 1, 2});
    CHECK_FALSE(loop.step());
    address.put(3);
    CHECK(loop.step());
    CHECK_EQ(received.back(), 3);
}

TEST_CASE("a message that is put while another is received comes too") {
    SimLoop loop;
    std::vector<int> received;
    std::optional<Mailbox<int>::Address> address;
    Mailbox<int> mailbox(loop, [&](int message) {
        received.push_back(message);
        if (message < 3) address->put(message + 1);
    });
    address = mailbox.address();
    address->put(1);
    while (loop.step()) {
    }
    CHECK_EQ(received, std::vector<int>{1, 2, 3});
}

TEST_CASE("what arrives after the mailbox is gone is dropped") {
    SimLoop loop;
    int received = 0;
    auto mailbox = std::make_unique<Mailbox<int>>(loop, [&](int) { ++received; });
    const auto address = mailbox->address();
    address.put(1);
    mailbox.reset();
    address.put(2);
    while (loop.step()) {
    }
    CHECK_EQ(received, 0);
}

TEST_CASE("messages that own something are moved") {
    SimLoop loop;
    int value = 0;
    Mailbox<std::unique_ptr<int>> mailbox(loop,
                                          [&](std::unique_ptr<int> message) { value = *message; });
    mailbox.address().put(std::make_unique<int>(7));
    loop.step();
    CHECK_EQ(value, 7);
}
