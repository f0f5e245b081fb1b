#include "store/status.h"

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <string>

namespace crawld {

namespace {

bool mentions(const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
}

bool mentions_errno(const std::string& text, std::initializer_list<int> numbers) {
    for (int number : numbers)
        if (mentions(text, std::strerror(number))) return true;
    return false;
}

ErrorCode code_of(const rocksdb::Status& status, const std::string& text) {
    if (status.IsNoSpace()) return ErrorCode::io;
    if (status.IsCorruption() || status.IsInvalidArgument() || status.IsNotSupported())
        return ErrorCode::corrupt;
    if (mentions_errno(text, {EACCES, EPERM})) return ErrorCode::permission;
    if (mentions_errno(text, {EMFILE, ENFILE, ENOMEM})) return ErrorCode::os_limit;
    return ErrorCode::io;
}

// RocksDB looks for a lost table under its old ending as well, and reports that name.
std::string with_table_names(std::string text) {
    for (size_t at = 0; (at = text.find(".ldb", at)) != std::string::npos;)
        text.replace(at, 4, ".sst");
    return text;
}

// The directory's name is the operator's and may hold any words.
std::string without(std::string text, const std::string& name) {
    for (size_t at = text.find(name); !name.empty() && at != std::string::npos;
         at = text.find(name, at))
        text.erase(at, name.size());
    return text;
}

}  // namespace

Error store_error(const rocksdb::Status& status, std::string_view doing) {
    const std::string text = status.ToString();
    return {code_of(status, text), std::string(doing) + ": " + text};
}

Error open_error(const rocksdb::Status& status, std::string_view directory) {
    const std::string in(directory);
    const std::string text = with_table_names(status.ToString());
    const std::string words = without(text, in);
    if (mentions(words, "While lock file") || mentions(words, "lock hold by"))
        return {ErrorCode::locked, "the state directory " + in +
                                       " is in use by another instance (" + text +
                                       "); stop that one, or give this one its own state_dir"};
    Error error{code_of(status, words), "cannot open the state database in " + in + ": " + text};
    if (status.IsPathNotFound()) error.code = ErrorCode::corrupt;
    if (error.code == ErrorCode::corrupt)
        error.message += "; restore the directory from a backup, or run crawld repair";
    return error;
}

}  // namespace crawld
