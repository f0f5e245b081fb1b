#include "base/result.h"

#include <doctest/doctest.h>

#include <cerrno>

using namespace crawld;

TEST_CASE("a result is a value or an error with its code and sentence") {
    const Result<int> good = 5;
    CHECK_EQ(good.value(), 5);
    const Result<int> bad = fail(ErrorCode::io, "cannot read x");
    REQUIRE_FALSE(bad.has_value());
    CHECK_EQ(bad.error().code, ErrorCode::io);
    CHECK_EQ(bad.error().message, "cannot read x");
    const Status done = {};
    CHECK(done.has_value());
}

TEST_CASE("codes are the process's exit codes") {
    CHECK_EQ(exit_code(ErrorCode::usage), 64);
    CHECK_EQ(exit_code(ErrorCode::corrupt), 65);
    CHECK_EQ(exit_code(ErrorCode::no_input), 66);
    CHECK_EQ(exit_code(ErrorCode::internal), 70);
    CHECK_EQ(exit_code(ErrorCode::os_limit), 71);
    CHECK_EQ(exit_code(ErrorCode::cannot_create), 73);
    CHECK_EQ(exit_code(ErrorCode::io), 74);
    CHECK_EQ(exit_code(ErrorCode::locked), 75);
    CHECK_EQ(exit_code(ErrorCode::permission), 77);
    CHECK_EQ(exit_code(ErrorCode::configuration), 78);
    CHECK_EQ(to_string(ErrorCode::cannot_create), "cannot_create");
}

TEST_CASE("a failed system call says what was tried and why it failed") {
    CHECK_EQ(errno_error(ENOENT, "cannot open /x").message,
             "cannot open /x: No such file or directory");
    CHECK_EQ(errno_error(EACCES, "x").code, ErrorCode::permission);
    CHECK_EQ(errno_error(EROFS, "x").code, ErrorCode::io);
    CHECK_EQ(errno_error(EMFILE, "x").code, ErrorCode::os_limit);
    CHECK_EQ(errno_error(ENOTDIR, "x").code, ErrorCode::cannot_create);
    CHECK_EQ(errno_error(EIO, "x").code, ErrorCode::io);
    CHECK_EQ(errno_error(ENOSPC, "x").code, ErrorCode::io);
}
