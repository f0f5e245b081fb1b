#include "log/line.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "log/json.h"

namespace crawld {

namespace {

constexpr size_t kTextsBytesMax = kLineBytesMax - kFixedBytesMax;  // all strings of one line
constexpr size_t kStampBytes = 27;                                 // 2026-02-03T04:05:06.000007Z

// A word that can stand in key=value without quotes.
bool is_bare(std::string_view text) {
    return !text.empty() && span_of(text, [](char c) {
                                return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
                            }) == text.size();
}

}  // namespace

struct Line::Encoder {
    JsonWriter json;   // the line, or in text form one value of it
    std::string text;  // the line in text form
    LineForm form = LineForm::json;
    size_t texts_bytes = 0;

    // The text of the last second, since most lines are written within the same one.
    int64_t stamp_second = -1;
    std::string stamp;

    std::string_view stamp_of(WallTime time) {
        const int64_t us = std::max<int64_t>(to_us(time), 0);
        if (us / 1'000'000 != stamp_second) {
            stamp_second = us / 1'000'000;
            stamp = to_rfc3339(wall_from_us(us));
        }
        int64_t rest = us % 1'000'000;
        for (size_t at = kStampBytes - 2; at > kStampBytes - 8; --at) {
            stamp[at] = static_cast<char>('0' + rest % 10);
            rest /= 10;
        }
        return stamp;
    }

    // Calls put(json) for one named value.
    template <class Put>
    void value(std::string_view name, Put put) {
        if (form == LineForm::json) {
            json.key(name);
            put(json);
            return;
        }
        json.clear();
        put(json);
        text += ' ';
        text += name;
        text += '=';
        text += json.text();
    }

    void put_text(std::string_view name, std::string_view value_text) {
        const size_t room = std::min(kTextBytesMax, kTextsBytesMax - texts_bytes);
        if (form == LineForm::text && value_text.size() <= room && is_bare(value_text)) {
            text.append(" ").append(name).append("=").append(value_text);
            texts_bytes += value_text.size();
            return;
        }
        const size_t before = form == LineForm::json ? json.size() + name.size() + 4 : 1;
        value(name, [&](JsonWriter& out) { out.text(value_text, room); });
        texts_bytes = std::min(kTextsBytesMax, texts_bytes + json.size() - before);
    }
};

thread_local std::unique_ptr<Line::Encoder> Line::spare_;

Line::Line(const Head& head) : encoder_(spare_ ? std::move(spare_) : std::make_unique<Encoder>()) {
    Encoder& e = *encoder_;
    e.json.clear();
    e.text.clear();
    e.texts_bytes = 0;
    e.form = head.form;
    const std::string_view stamp = e.stamp_of(head.time);
    if (head.form == LineForm::text) {
        e.text.append(stamp.substr(11, 8)).append(" ").append(to_string(head.level)).append(" ");
        e.text.append(head.event);
        return;
    }
    e.json.begin_object();
    e.json.key("ts");
    e.json.text(stamp);
    e.json.key("event");
    e.json.text(head.event);
    if (!head.show_level) return;
    e.json.key("level");
    e.json.text(to_string(head.level));
}

Line::~Line() {
    if (encoder_ != nullptr) spare_ = std::move(encoder_);
}
Line::Line(Line&&) noexcept = default;

std::string_view Line::finish() {
    if (encoder_->form == LineForm::text) return encoder_->text;
    encoder_->json.end_object();
    return encoder_->json.text();
}

void Line::put_text(std::string_view name, std::string_view value) {
    if (encoder_->form == LineForm::text && value.empty()) return;
    encoder_->put_text(name, value);
}

void Line::put_time(std::string_view name, WallTime value) {
    if (value == WallTime{}) return;
    const std::string stamp = to_rfc3339(value);
    encoder_->value(name, [&](JsonWriter& out) { out.text(stamp); });
}
void Line::put_bool(std::string_view name, bool value) {
    encoder_->value(name, [&](JsonWriter& out) { out.boolean(value); });
}
void Line::put_double(std::string_view name, double value) {
    encoder_->value(name, [&](JsonWriter& out) { out.number(value); });
}
void Line::put_unsigned(std::string_view name, uint64_t value) {
    encoder_->value(name, [&](JsonWriter& out) { out.number(value); });
}
void Line::put_signed(std::string_view name, int64_t value) {
    encoder_->value(name, [&](JsonWriter& out) { out.number(value); });
}

}  // namespace crawld
