#include "sitemap/xml_base.h"

#include <utility>

#include "sitemap/lines.h"
#include "sitemap/sitemap.h"

namespace crawld {

XmlBase::XmlBase(std::string_view file_url) {
    bases_.push_back({.depth = 0, .text = std::string(file_url)});
}

void XmlBase::enter(size_t depth, std::string_view base) {
    const bool too_long = base.size() > kXmlBaseBytesMax;
    bases_.push_back(
        {.depth = depth, .text = too_long ? std::string() : std::string(base), .read = too_long});
}

void XmlBase::leave(size_t depth) {
    while (bases_.back().depth > depth)
        bases_.pop_back();
}

std::optional<std::string> XmlBase::resolve(std::string_view loc) {
    if (loc.empty() || bases_.size() == 1 || is_http_url(loc)) return std::string(loc);
    if (loc.size() > kLocBytesMax || links_read_ == kXmlLinksMax) return std::nullopt;
    const Url* base = innermost();
    if (base == nullptr) return std::nullopt;
    ++links_read_;
    const auto url = Url::parse(loc, base);
    std::string href = url ? url->href() : std::string();
    if (href.empty() || href.size() > kLocBytesMax) return std::nullopt;
    return href;
}

const Url* XmlBase::innermost() {
    size_t unread = bases_.size();
    while (unread > 0 && !bases_[unread - 1].read)
        --unread;
    for (; unread < bases_.size(); ++unread)
        read_base(unread);
    return bases_.back().url ? &*bases_.back().url : nullptr;
}

void XmlBase::read_base(size_t index) {
    Base& base = bases_[index];
    base.read = true;
    const bool of_file = index == 0;
    if (!of_file && bases_read_ == kXmlBasesMax) return;
    if (!of_file) ++bases_read_;
    const Url* around = of_file || !bases_[index - 1].url ? nullptr : &*bases_[index - 1].url;
    auto url = Url::parse(base.text, around);
    if (url && (of_file || url->href().size() <= kXmlBaseBytesMax)) base.url = std::move(url);
}

}  // namespace crawld
