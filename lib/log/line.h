// Line: one event on its way to a sink, as JSON or, for people at a terminal, as text.
//
// A visitor of described fields: describe(line, event) calls field() for each. A line is at most
// kLineBytesMax: a string gets at most kTextBytesMax, all strings together what kFixedBytesMax
// leaves, and the names and numbers of every event of the catalogue fit into that (a test fills
// each event to the brim).
// Owns:   an encoder that is reused by the next line of the same thread.
// Thread: one.
// Cost:   about 1.5 us for a line of the crawl log, writing included.
// Test:   tests/unit/log/line_test.cc
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/fields.h"
#include "base/time.h"
#include "log/level.h"

namespace crawld {

inline constexpr size_t kLineBytesMax = 8'192;  // with the newline
inline constexpr size_t kTextBytesMax = 2'560;  // one string, encoded: a URL of 2,083 bytes fits
inline constexpr size_t kFixedBytesMax = 2'048;

enum class LineForm : uint8_t { json, text };

class Line {
  public:
    struct Head {
        std::string_view event;
        LogLevel level = LogLevel::info;
        bool show_level = true;  // not in the crawl log, where it says nothing
        WallTime time{};
        LineForm form = LineForm::json;
    };
    explicit Line(const Head& head);
    ~Line();
    Line(Line&&) noexcept;
    Line& operator=(Line&&) = delete;

    // An empty optional and the WallTime 0 ("none") are left out, in text also empty strings.
    template <class T>
    void field(const Field& f, const T& value) {
        if constexpr (std::is_same_v<T, bool>)
            put_bool(f.name, value);
        else if constexpr (NamedEnum<T>)
            put_text(f.name, to_string(value));
        else if constexpr (std::is_same_v<T, WallTime>)
            put_time(f.name, value);
        else if constexpr (std::floating_point<T>)
            put_double(f.name, value);
        else if constexpr (std::unsigned_integral<T>)
            put_unsigned(f.name, value);
        else if constexpr (std::signed_integral<T>)
            put_signed(f.name, value);
        else
            put_text(f.name, value);
    }
    template <class T>
    void field(const Field& f, const std::optional<T>& value) {
        if (value) field(f, *value);
    }

    // Without a newline; until the Line goes. No field may follow.
    std::string_view finish();

  private:
    struct Encoder;
    static thread_local std::unique_ptr<Encoder> spare_;

    void put_text(std::string_view name, std::string_view value);
    void put_time(std::string_view name, WallTime value);
    void put_bool(std::string_view name, bool value);
    void put_double(std::string_view name, double value);
    void put_unsigned(std::string_view name, uint64_t value);
    void put_signed(std::string_view name, int64_t value);

    std::unique_ptr<Encoder> encoder_;
};

}  // namespace crawld
