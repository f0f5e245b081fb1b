#include "crawl/rules_memory.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

void add(RulesMemory& memory, const std::string& authority, size_t bytes) {
    memory.add({.host = {}, .authority = authority}, bytes);
    memory.may_leave(authority);
}

std::string take_first(RulesMemory& memory) {
    const RulesMemory::Owner* first = memory.first_to_leave();
    if (first == nullptr) return "";
    const std::string authority = first->authority;
    memory.remove(authority);
    return authority;
}

}  // namespace

TEST_CASE("the largest leave first, and of about the same size those that came first") {
    RulesMemory memory;
    add(memory, "small", 1'000);
    add(memory, "large", 4'100'000);
    add(memory, "first of the larger ones", 5'000'000);
    add(memory, "medium", 70'000);
    CHECK_EQ(memory.bytes(), 9'171'000);
    CHECK_EQ(take_first(memory), "first of the larger ones");
    CHECK_EQ(take_first(memory), "large");
    CHECK_EQ(take_first(memory), "medium");
    CHECK_EQ(take_first(memory), "small");
    CHECK_EQ(take_first(memory), "");
    CHECK_EQ(memory.bytes(), 0);
}

TEST_CASE("what is not on disk yet counts and stays") {
    RulesMemory memory;
    memory.add({.host = {}, .authority = "new"}, 100);
    CHECK_EQ(memory.bytes(), 100);
    CHECK_EQ(memory.bytes_kept(), 100);
    CHECK_EQ(memory.first_to_leave(), nullptr);
    memory.may_leave("new");
    memory.may_leave("new");
    memory.may_leave("nobody");
    CHECK_EQ(memory.bytes_kept(), 0);
    CHECK_EQ(take_first(memory), "new");
}

TEST_CASE("newer rules of an authority take the place of the older ones") {
    RulesMemory memory;
    add(memory, "a", 100);
    memory.add({.host = {}, .authority = "a"}, 30);
    CHECK_EQ(memory.bytes(), 30);
    CHECK_EQ(memory.bytes_kept(), 30);
    CHECK_EQ(memory.first_to_leave(), nullptr);
    memory.remove("a");
    memory.remove("a");
    CHECK_EQ(memory.bytes(), 0);
    CHECK_EQ(memory.bytes_kept(), 0);
}
