#include "decode/mime_sniff.h"

#include <algorithm>

#include "base/text.h"
#include "decode/encodings.h"
#include "decode/mime.h"

namespace crawld {
namespace {

using namespace std::string_view_literals;

constexpr size_t kHeaderBytesMax = 1445;  // 5.2
constexpr std::string_view kHtml = "text/html";
constexpr std::string_view kPlain = "text/plain";
constexpr std::string_view kBinary = "application/octet-stream";

// 7.1: in any case, and followed by a space or '>'.
constexpr std::string_view kHtmlSigns[] = {
    "<!doctype html", "<html", "<head",  "<script", "<iframe", "<h1",   "<div", "<font",
    "<table",         "<a",    "<style", "<title",  "<b",      "<body", "<br",  "<p",
    "<!--",
};

struct Signature {
    std::string_view bytes;  // '.' stands for any byte
    std::string_view type;
};
constexpr Signature kSignatures[] = {
    {"%!PS-Adobe-", "application/postscript"},
    {"\xFE\xFF..", kPlain},
    {"\xFF\xFE..", kPlain},
    {"\xEF\xBB\xBF.", kPlain},
    {"\0\0\1\0"sv, "image/x-icon"},
    {"\0\0\2\0"sv, "image/x-icon"},
    {"BM", "image/bmp"},
    {"GIF87a", "image/gif"},
    {"GIF89a", "image/gif"},
    {"RIFF....WEBPVP", "image/webp"},
    {"\x89PNG\r\n\x1A\n", "image/png"},
    {"\xFF\xD8\xFF", "image/jpeg"},
    {"FORM....AIFF", "audio/aiff"},
    {"ID3", "audio/mpeg"},
    {"OggS\0"sv, "application/ogg"},
    {"MThd\0\0\0\6"sv, "audio/midi"},
    {"RIFF....AVI ", "video/avi"},
    {"RIFF....WAVE", "audio/wave"},
    {"\x1F\x8B\x08", "application/x-gzip"},
    {"PK\x03\x04", "application/zip"},
    {"Rar!\x1A\x07\0"sv, "application/x-rar-compressed"},
};

bool begins_with(std::string_view body, std::string_view signature) {
    return body.size() >= signature.size() &&
           std::equal(signature.begin(), signature.end(), body.begin(),
                      [](char wanted, char found) { return wanted == '.' || wanted == found; });
}

bool begins_like_html(std::string_view body) {
    return std::any_of(std::begin(kHtmlSigns), std::end(kHtmlSigns), [&](std::string_view sign) {
        return istarts_with(body, sign) && body.size() > sign.size() &&
               (body[sign.size()] == ' ' || body[sign.size()] == '>');
    });
}

// 3: what no text has.
bool is_binary_byte(char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte <= 0x08 || byte == 0x0B || (byte >= 0x0E && byte <= 0x1A) ||
           (byte >= 0x1C && byte <= 0x1F);
}
bool has_binary_bytes(std::string_view body) {
    return std::any_of(body.begin(), body.end(), is_binary_byte);
}
bool has_utf16_bom(std::string_view body) {
    return body.starts_with("\xFE\xFF") || body.starts_with("\xFF\xFE");
}
bool has_bom(std::string_view body) {
    return has_utf16_bom(body) || body.starts_with("\xEF\xBB\xBF");
}

// 7.1
std::string_view type_of_unknown(std::string_view body, bool scriptable) {
    if (scriptable) {
        const std::string_view text = body.substr(span_of(body, is_space));
        if (begins_like_html(text)) return kHtml;
        if (text.starts_with("<?xml")) return "text/xml";
        if (body.starts_with("%PDF-")) return "application/pdf";
    }
    for (const auto& [bytes, type] : kSignatures)
        if (begins_with(body, bytes)) return type;
    return has_binary_bytes(body) ? kBinary : kPlain;
}

// 5.1: what an old server says of files that it does not know. By these very bytes.
bool is_servers_default(std::string_view content_type) {
    return content_type == "text/plain" || content_type == "text/plain; charset=ISO-8859-1" ||
           content_type == "text/plain; charset=iso-8859-1" ||
           content_type == "text/plain; charset=UTF-8";
}

bool says_utf16(const MimeType& type) {
    const auto label = type.parameter("charset");
    const Encoding* encoding = label ? find_encoding(*label) : nullptr;
    return encoding != nullptr && encoding->name.starts_with("utf-16");
}

bool has_tag_of_html(std::string_view body) {
    for (size_t at = body.find('<'); at != std::string_view::npos; at = body.find('<', at + 1))
        if (begins_like_html(body.substr(at))) return true;
    return false;
}

std::string_view type_of_html(const MimeType& type, std::string_view body) {
    if (body.starts_with("%PDF-")) return "application/pdf";
    if (body.starts_with("%!PS-Adobe-")) return "application/postscript";
    const bool text = !has_binary_bytes(body) || has_bom(body) || says_utf16(type);
    return text || has_tag_of_html(body) ? kHtml : type_of_unknown(body, false);
}

}  // namespace

std::string sniff_mime(std::string_view content_type, std::string_view body, bool no_sniff) {
    const std::string_view header = body.substr(0, kHeaderBytesMax);
    const auto type = extract_mime(content_type);
    const bool unknown =
        !type || type->essence == "unknown/unknown" || type->essence == "application/unknown";
    if (unknown) return std::string(type_of_unknown(header, !no_sniff));
    if (type->essence == kHtml) return std::string(type_of_html(*type, header));
    if (!no_sniff && is_servers_default(content_type))
        return std::string(has_bom(header) || !has_binary_bytes(header) ? kPlain : kBinary);
    return type->essence;
}

}  // namespace crawld
