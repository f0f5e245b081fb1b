#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace crawld {

std::string_view to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::usage:
            return "usage";
        case ErrorCode::corrupt:
            return "corrupt";
        case ErrorCode::no_input:
            return "no_input";
        case ErrorCode::internal:
            return "internal";
        case ErrorCode::os_limit:
            return "os_limit";
        case ErrorCode::cannot_create:
            return "cannot_create";
        case ErrorCode::io:
            return "io";
        case ErrorCode::locked:
            return "locked";
        case ErrorCode::permission:
            return "permission";
        case ErrorCode::configuration:
            return "configuration";
    }
    return "internal";
}

namespace {

ErrorCode code_of(int error_number) {
    switch (error_number) {
        case EACCES:
        case EPERM:
            return ErrorCode::permission;
        case EMFILE:
        case ENFILE:
        case ENOMEM:
        case EAGAIN:
            return ErrorCode::os_limit;
        case ENOENT:
        case ENOTDIR:
        case EEXIST:
            return ErrorCode::cannot_create;
        default:
            return ErrorCode::io;
    }
}

}  // namespace

Error errno_error(int error_number, std::string_view doing) {
    std::string message(doing);
    message += ": ";
    message += std::strerror(error_number);
    return Error{code_of(error_number), std::move(message)};
}

}  // namespace crawld
