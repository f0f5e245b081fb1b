// Result<T>: a value, or one sentence that says what went wrong, where, and what to do.
//
// Errors: the code is also the process's exit code (contract.md lists them), so an error that
//         ends the program needs no second table.
// Test:   tests/unit/base/result_test.cc
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace crawld {

enum class ErrorCode : int {
    usage = 64,          // the command line
    corrupt = 65,        // state or archive damaged, or of another format version
    no_input = 66,       // what is to be read is not there
    internal = 70,       // a mistake of ours
    os_limit = 71,       // descriptors, threads, memory
    cannot_create = 73,  // a file or directory cannot be made
    io = 74,             // reading, writing or syncing failed
    locked = 75,         // another instance holds the state directory
    permission = 77,     // the operating system said no
    configuration = 78,  // the configuration file
};

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;  // one sentence: what, where, what to do
};

constexpr int exit_code(ErrorCode code) {
    return static_cast<int>(code);
}
std::string_view to_string(ErrorCode code);

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

// The error for a failed system call: picks permission, os_limit, cannot_create or io from errno.
// `doing` is the start of the sentence ("cannot open /var/lib/crawld/LOCK").
Error errno_error(int error_number, std::string_view doing);

}  // namespace crawld
