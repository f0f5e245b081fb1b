#include "fetch/body_budget.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

struct Fixture {
    std::shared_ptr<BodyBudget> budget = std::make_shared<BodyBudget>(100);
    BodyGate gate{budget};
    BodyLease a, b, c;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "bytes are taken up to the bound and come back with their lease") {
    CHECK(budget->try_take(100));
    CHECK_FALSE(budget->try_take(1));
    a.add(budget, 100);
    BodyLease moved = std::move(a);
    CHECK_EQ(moved.bytes(), 100);
    CHECK_EQ(a.bytes(), 0);
    a.end();
    CHECK_EQ(budget->held(), 100);
    moved = BodyLease();
    CHECK_EQ(budget->held(), 0);
}

TEST_CASE_FIXTURE(Fixture, "a lease may outlive its budget's other users") {
    CHECK(gate.grow(1, 10, a));
    const std::weak_ptr<BodyBudget> watched = budget;
    gate = BodyGate(std::make_shared<BodyBudget>(1));
    budget.reset();
    CHECK_EQ(watched.lock()->held(), 10);
    a.end();
}

TEST_CASE_FIXTURE(Fixture, "at the bound all wait but the one that began first") {
    CHECK(gate.grow(7, 60, a));
    CHECK(gate.grow(3, 40, b));
    CHECK_FALSE(gate.grow(3, 1, b));
    CHECK_FALSE(gate.grow(5, 1, c));
    CHECK_EQ(gate.waiting(), 2);
    CHECK_EQ(gate.waits(), 2);
    CHECK_FALSE(gate.next().has_value());
    CHECK(gate.grow(7, 500, a));
    CHECK_EQ(budget->held(), 600);
    CHECK_EQ(b.bytes(), 40);
    CHECK_EQ(c.bytes(), 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "when the first has ended the next is the first, though nothing is free") {
    CHECK(gate.grow(7, 100, a));
    CHECK_FALSE(gate.grow(3, 1, b));
    CHECK_FALSE(gate.grow(5, 1, c));
    gate.leave(7);  // its body waits to be read
    CHECK_EQ(gate.next(), 3);
    CHECK(gate.grow(3, 1, b));
    CHECK_FALSE(gate.next().has_value());
    CHECK_EQ(gate.waiting(), 1);
    gate.leave(3);
    CHECK_EQ(gate.next(), 5);
    gate.leave(5);
    CHECK_EQ(gate.waiting(), 0);
    CHECK_FALSE(gate.next().has_value());
}

TEST_CASE_FIXTURE(Fixture, "those that wait go on in the order in which they began") {
    CHECK(gate.grow(7, 50, a));
    CHECK(gate.grow(3, 50, b));
    CHECK_FALSE(gate.grow(5, 30, c));
    CHECK_FALSE(gate.grow(3, 40, b));
    a.end();
    CHECK_EQ(gate.next(), 3);
    CHECK(gate.grow(3, 40, b));
    CHECK_FALSE(gate.next().has_value());  // 10 are free, 30 wanted
    b.end();
    CHECK_EQ(gate.next(), 5);
}

TEST_CASE_FIXTURE(Fixture, "loops share a budget, and each has its first") {
    BodyGate other(budget);
    CHECK(gate.grow(1, 100, a));
    CHECK(other.grow(1, 70, b));
    CHECK_FALSE(other.grow(2, 1, c));
    CHECK_EQ(budget->held(), 170);
    a.end();
    b.end();
    CHECK_EQ(other.next(), 2);
}

TEST_CASE_FIXTURE(Fixture, "what waits for more than there is ever goes on as the first") {
    CHECK(gate.grow(1, 1, a));
    CHECK_FALSE(gate.grow(2, 1'000, b));
    a.end();
    CHECK_FALSE(gate.next().has_value());
    gate.leave(1);
    CHECK_EQ(gate.next(), 2);
    CHECK(gate.grow(2, 1'000, b));
}
