// The one place that turns a tag with attributes into links and directives.
//
// Owns:   writes into the PageLinks given at construction, which must outlive it.
// Cost:   no allocation besides the links kept.
// Source: WHATWG HTML 4.2.3 (base), 4.2.4 (link), 4.2.5 (meta), 4.6.7 (link types).
// Test:   tests/unit/html/scanner_test.cc, tests/conformance/html/
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "html/links.h"
#include "html/tags.h"

namespace crawld {

enum class Attribute : uint8_t {
    href,
    xlink_href,
    src,
    srcset,
    rel,
    name,
    http_equiv,
    content,
    hreflang
};
inline constexpr size_t kAttributeCount = 9;

// Values after character references were resolved; absent is not the same as empty.
class AttributeValues {
  public:
    void clear() { present_ = 0; }
    void set(Attribute a, std::string_view value) {
        values_[index(a)] = value;
        present_ |= bit(a);
    }
    bool has(Attribute a) const { return (present_ & bit(a)) != 0; }
    std::string_view get(Attribute a) const {
        return has(a) ? values_[index(a)] : std::string_view();
    }

  private:
    static constexpr size_t index(Attribute a) { return static_cast<size_t>(a); }
    static constexpr uint32_t bit(Attribute a) { return 1U << index(a); }
    std::array<std::string_view, kAttributeCount> values_;
    uint32_t present_ = 0;
};

// Where a tag ended up in the tree.
struct TagPlace {
    bool svg = false;          // an SVG element: only its links count
    bool in_template = false;  // links count, but base and meta do not act there (4.12.3)
};

class Collector {
  public:
    Collector(const LinkQuery& query, PageLinks& page) : query_(query), page_(page) {}

    void add(GumboTag tag, const AttributeValues& values, TagPlace place);

    // What was collected since the mark is taken back: a <frameset> replaces a body.
    struct Mark {
        size_t links = 0;
        size_t languages = 0;
        uint64_t links_dropped = 0;
        size_t meta_robots = 0;
        size_t meta_product = 0;
        size_t meta_usage = 0;
        bool has_base = false;
    };
    Mark mark() const;
    void rewind(const Mark& mark);

  private:
    void add_link(std::string_view href, LinkKind kind, bool nofollow = false);
    void add_embed(const AttributeValues& values, Attribute url);
    void add_anchor(const AttributeValues& values, Attribute url);
    void add_link_element(const AttributeValues& values);
    void add_meta(const AttributeValues& values);

    const LinkQuery& query_;
    PageLinks& page_;
    bool has_base_ = false;
};

}  // namespace crawld
