// FileNames: what the files of the archive are called. Names are made of the configuration, the
// time and a counter, never of what a server sent.
//
//     {prefix}   as configured               {time}   14 digits, UTC, of when the file was begun
//     {serial}   a counter, 5 digits or more {host}   the machine's name
//
// A name is the filled template and ".warc.gz" (".warc", ".warc.zst"). While it is written the file
// has ".open" behind that; its index has ".cdxj" in the place of ".warc.gz".
//
// Errors: configuration: a template without {serial}, with a placeholder that is not one of these,
//         or with anything but letters, digits, '-', '_' and '.' around them, or beginning with
//         '.', or with a digit behind the serial, or longer than a file system takes.
// Thread: any.
// Test:   tests/unit/archive/file_names_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/record_coding.h"
#include "base/result.h"
#include "base/time.h"

namespace crawld {

inline constexpr std::string_view kOpenSuffix = ".open";
inline constexpr std::string_view kIndexSuffix = ".cdxj";

struct FileNameOptions {
    std::string name = "{prefix}-{time}-{serial}-{host}";
    std::string prefix = "crawld";
    std::string host = "localhost";
    RecordCoding coding = RecordCoding::gzip;
    std::string suffix = {};  // in the place of the WARC file's; for other files
};

class FileNames {
  public:
    static Result<FileNames> make(const FileNameOptions& options);

    std::string name(WallTime time, uint64_t serial) const;
    // The serial of a name that was made by this template, at any time; nothing of other names.
    std::optional<uint64_t> serial_of(std::string_view name) const;

  private:
    enum class Part : uint8_t { text, time, serial };
    struct Piece {
        Part part;
        std::string text;
    };

    void add_text(std::string_view text);
    bool has_digit_behind_serial() const;

    std::vector<Piece> pieces_;
};

// "a.cdxj" of "a.warc.gz".
std::string index_name(std::string_view name);

}  // namespace crawld
