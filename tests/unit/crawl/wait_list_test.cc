#include "crawl/wait_list.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

constexpr HostKey kA{1};
constexpr HostKey kB{2};
constexpr HostKey kC{3};

}  // namespace

TEST_CASE("who came first is called first") {
    WaitList list;
    CHECK(list.empty());
    list.add(kB);
    list.add(kA);
    CHECK_FALSE(list.called().has_value());
    CHECK_EQ(list.call(), kB);
    CHECK_EQ(list.called(), kB);
    list.remove(kB);
    CHECK_FALSE(list.called().has_value());
    CHECK_EQ(list.call(), kA);
}

TEST_CASE("who was called in vain stays first") {
    WaitList list;
    list.add(kA);
    list.add(kB);
    list.call();
    list.end_call();
    CHECK_FALSE(list.called().has_value());
    list.add(kA);  // stands there already
    CHECK_EQ(list.call(), kA);
}

TEST_CASE("a host stands in the list once, and may leave from anywhere") {
    WaitList list;
    for (const HostKey host : {kA, kB, kC, kB})
        list.add(host);
    list.remove(kB);
    list.remove(kB);
    list.remove(kA);
    CHECK_EQ(list.call(), kC);
    list.remove(kC);
    CHECK(list.empty());
}

TEST_CASE("who comes back from its turn goes before the others, not before one that is called") {
    WaitList list;
    list.add(kA);
    list.add(kB);
    CHECK_EQ(list.call(), kA);
    list.add_first(kC);
    CHECK_EQ(list.called(), kA);
    list.remove(kA);
    CHECK_EQ(list.call(), kC);
}

TEST_CASE("one that leaves does not end the call of another") {
    WaitList list;
    list.add(kA);
    list.add(kB);
    list.call();
    list.remove(kB);
    CHECK_EQ(list.called(), kA);
    CHECK_FALSE(list.empty());
}
