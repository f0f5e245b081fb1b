#include "base/check.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

using namespace crawld;

TEST_CASE("a check that holds is nothing") {
    int evaluated = 0;
    CRAWLD_CHECK(++evaluated == 1);
    CHECK_EQ(evaluated, 1);
}

TEST_CASE("a check that fails ends the process and says where, in every build") {
    std::array<int, 2> ends{};
    REQUIRE_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    REQUIRE_GE(child, 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);  // doctest reports it as a failed test otherwise
        ::dup2(ends[1], 2);
        const int two = 2;
        CRAWLD_CHECK(two == 3);
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    std::array<char, 256> buffer{};
    for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
        said.append(buffer.data(), static_cast<size_t>(n));
    ::close(ends[0]);
    int status = 0;
    REQUIRE_EQ(::waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGABRT);
    CHECK_EQ(said.substr(0, 24), "crawld: internal error a");
    CHECK_NE(said.find("check_test.cc:"), std::string::npos);
    CHECK_NE(said.find("the check (two == 3) failed\n"), std::string::npos);
}
