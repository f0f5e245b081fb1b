#include "html/tags.h"

#include <cstring>
#include <initializer_list>

#include "base/text.h"

namespace crawld {
namespace {

// Open addressing over the first eight bytes of the name; about 150 names in 512 slots.
class TagNames {
  public:
    TagNames() {
        for (int i = 0; i < GUMBO_TAG_UNKNOWN; ++i) {
            const GumboTag tag = static_cast<GumboTag>(i);
            const std::string_view name = gumbo_normalized_tagname(tag);
            size_t at = slot_of(prefix(name), name.size());
            while (slots_[at].size != 0)
                at = (at + 1) % kSlots;
            slots_[at] = {prefix(name), name, name.size(), tag};
        }
    }

    GumboTag find(std::string_view name) const {
        const uint64_t key = prefix(name);
        for (size_t at = slot_of(key, name.size()); slots_[at].size != 0; at = (at + 1) % kSlots) {
            const Slot& slot = slots_[at];
            if (slot.key == key && slot.size == name.size() &&
                (name.size() <= 8 || iequals(slot.name, name)))
                return slot.tag;
        }
        return GUMBO_TAG_UNKNOWN;
    }

  private:
    static constexpr size_t kSlots = 512;
    struct Slot {
        uint64_t key = 0;
        std::string_view name;
        size_t size = 0;
        GumboTag tag = GUMBO_TAG_UNKNOWN;
    };

    // Bit 5 is what tells lower from upper case, and it is set in digits and '-' anyway.
    static uint64_t prefix(std::string_view name) {
        uint64_t key = 0;
        if (name.size() >= 8) {
            std::memcpy(&key, name.data(), 8);
            return key | 0x2020202020202020;
        }
        for (size_t i = 0; i < name.size(); ++i)
            key |= uint64_t{static_cast<uint8_t>(name[i] | 0x20)} << (8 * i);
        return key;
    }
    static size_t slot_of(uint64_t key, size_t size) {
        return static_cast<size_t>(((key + size) * 0x9e3779b97f4a7c15) >> 55);
    }

    std::array<Slot, kSlots> slots_;
};

const TagNames kTagNames;

using Tags = std::initializer_list<GumboTag>;

// clang-format off
constexpr Tags kLinkTags = {
    GUMBO_TAG_A, GUMBO_TAG_AREA, GUMBO_TAG_FRAME, GUMBO_TAG_IFRAME, GUMBO_TAG_LINK,
    GUMBO_TAG_META, GUMBO_TAG_BASE, GUMBO_TAG_IMG, GUMBO_TAG_IMAGE, GUMBO_TAG_SOURCE,
    GUMBO_TAG_SCRIPT};
constexpr Tags kVoidTags = {
    GUMBO_TAG_AREA, GUMBO_TAG_BASE, GUMBO_TAG_BASEFONT, GUMBO_TAG_BGSOUND, GUMBO_TAG_BR,
    GUMBO_TAG_COL, GUMBO_TAG_EMBED, GUMBO_TAG_FRAME, GUMBO_TAG_HR, GUMBO_TAG_IMG,
    GUMBO_TAG_IMAGE, GUMBO_TAG_INPUT, GUMBO_TAG_ISINDEX, GUMBO_TAG_KEYGEN, GUMBO_TAG_LINK,
    GUMBO_TAG_META, GUMBO_TAG_MENUITEM, GUMBO_TAG_PARAM, GUMBO_TAG_SOURCE, GUMBO_TAG_TRACK,
    GUMBO_TAG_WBR};
constexpr Tags kRawTextTags = {
    GUMBO_TAG_TITLE, GUMBO_TAG_TEXTAREA, GUMBO_TAG_STYLE, GUMBO_TAG_XMP, GUMBO_TAG_IFRAME,
    GUMBO_TAG_NOEMBED, GUMBO_TAG_NOFRAMES, GUMBO_TAG_SCRIPT, GUMBO_TAG_PLAINTEXT};
constexpr Tags kHeadTags = {
    GUMBO_TAG_HTML, GUMBO_TAG_HEAD, GUMBO_TAG_BASE, GUMBO_TAG_BASEFONT, GUMBO_TAG_BGSOUND,
    GUMBO_TAG_LINK, GUMBO_TAG_META, GUMBO_TAG_TITLE, GUMBO_TAG_NOSCRIPT, GUMBO_TAG_NOFRAMES,
    GUMBO_TAG_STYLE, GUMBO_TAG_SCRIPT, GUMBO_TAG_TEMPLATE};
constexpr Tags kNotFramesetTags = {
    GUMBO_TAG_BODY, GUMBO_TAG_PRE, GUMBO_TAG_LISTING, GUMBO_TAG_LI, GUMBO_TAG_DD, GUMBO_TAG_DT,
    GUMBO_TAG_BUTTON, GUMBO_TAG_APPLET, GUMBO_TAG_MARQUEE, GUMBO_TAG_OBJECT, GUMBO_TAG_TABLE,
    GUMBO_TAG_AREA, GUMBO_TAG_BR, GUMBO_TAG_EMBED, GUMBO_TAG_IMG, GUMBO_TAG_IMAGE,
    GUMBO_TAG_KEYGEN, GUMBO_TAG_WBR, GUMBO_TAG_INPUT, GUMBO_TAG_HR, GUMBO_TAG_TEXTAREA,
    GUMBO_TAG_XMP, GUMBO_TAG_IFRAME, GUMBO_TAG_SELECT, GUMBO_TAG_TEMPLATE, GUMBO_TAG_ISINDEX};
constexpr Tags kTableTags = {
    GUMBO_TAG_TABLE, GUMBO_TAG_CAPTION, GUMBO_TAG_TBODY, GUMBO_TAG_THEAD, GUMBO_TAG_TFOOT,
    GUMBO_TAG_TR, GUMBO_TAG_TD, GUMBO_TAG_TH};
constexpr Tags kBreakoutTags = {
    GUMBO_TAG_B, GUMBO_TAG_BIG, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BODY, GUMBO_TAG_BR,
    GUMBO_TAG_CENTER, GUMBO_TAG_CODE, GUMBO_TAG_DD, GUMBO_TAG_DIV, GUMBO_TAG_DL, GUMBO_TAG_DT,
    GUMBO_TAG_EM, GUMBO_TAG_EMBED, GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3, GUMBO_TAG_H4,
    GUMBO_TAG_H5, GUMBO_TAG_H6, GUMBO_TAG_HEAD, GUMBO_TAG_HR, GUMBO_TAG_I, GUMBO_TAG_IMG,
    GUMBO_TAG_LI, GUMBO_TAG_LISTING, GUMBO_TAG_MENU, GUMBO_TAG_META, GUMBO_TAG_NOBR,
    GUMBO_TAG_OL, GUMBO_TAG_P, GUMBO_TAG_PRE, GUMBO_TAG_RUBY, GUMBO_TAG_S, GUMBO_TAG_SMALL,
    GUMBO_TAG_SPAN, GUMBO_TAG_STRONG, GUMBO_TAG_STRIKE, GUMBO_TAG_SUB, GUMBO_TAG_SUP,
    GUMBO_TAG_TABLE, GUMBO_TAG_TT, GUMBO_TAG_U, GUMBO_TAG_UL, GUMBO_TAG_VAR};
constexpr Tags kOptionalEndTags = {
    GUMBO_TAG_P, GUMBO_TAG_LI, GUMBO_TAG_DT, GUMBO_TAG_DD, GUMBO_TAG_OPTION, GUMBO_TAG_OPTGROUP,
    GUMBO_TAG_TR, GUMBO_TAG_TD, GUMBO_TAG_TH, GUMBO_TAG_TBODY, GUMBO_TAG_THEAD, GUMBO_TAG_TFOOT,
    GUMBO_TAG_COLGROUP, GUMBO_TAG_CAPTION, GUMBO_TAG_RB, GUMBO_TAG_RT, GUMBO_TAG_RTC,
    GUMBO_TAG_RP};
constexpr Tags kClosesPTags = {
    GUMBO_TAG_ADDRESS, GUMBO_TAG_ARTICLE, GUMBO_TAG_ASIDE, GUMBO_TAG_BLOCKQUOTE,
    GUMBO_TAG_CENTER, GUMBO_TAG_DETAILS, GUMBO_TAG_DIR, GUMBO_TAG_DIV, GUMBO_TAG_DL,
    GUMBO_TAG_FIELDSET, GUMBO_TAG_FIGCAPTION, GUMBO_TAG_FIGURE, GUMBO_TAG_FOOTER,
    GUMBO_TAG_HEADER, GUMBO_TAG_HGROUP, GUMBO_TAG_MAIN, GUMBO_TAG_MENU, GUMBO_TAG_NAV,
    GUMBO_TAG_OL, GUMBO_TAG_P, GUMBO_TAG_SECTION, GUMBO_TAG_SUMMARY, GUMBO_TAG_UL, GUMBO_TAG_H1,
    GUMBO_TAG_H2, GUMBO_TAG_H3, GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6, GUMBO_TAG_PRE,
    GUMBO_TAG_LISTING, GUMBO_TAG_FORM, GUMBO_TAG_LI, GUMBO_TAG_DD, GUMBO_TAG_DT,
    GUMBO_TAG_PLAINTEXT, GUMBO_TAG_HR, GUMBO_TAG_XMP, GUMBO_TAG_TABLE};
constexpr Tags kForeignTags = {
    GUMBO_TAG_SVG, GUMBO_TAG_MATH, GUMBO_TAG_MI, GUMBO_TAG_MO, GUMBO_TAG_MN, GUMBO_TAG_MS,
    GUMBO_TAG_MTEXT, GUMBO_TAG_MGLYPH, GUMBO_TAG_MALIGNMARK, GUMBO_TAG_ANNOTATION_XML,
    GUMBO_TAG_FOREIGNOBJECT, GUMBO_TAG_DESC};
constexpr Tags kRulesTags = {
    GUMBO_TAG_SELECT, GUMBO_TAG_TEMPLATE, GUMBO_TAG_SVG, GUMBO_TAG_MATH, GUMBO_TAG_FRAMESET,
    GUMBO_TAG_FRAME, GUMBO_TAG_TABLE, GUMBO_TAG_CAPTION, GUMBO_TAG_TD, GUMBO_TAG_TH,
    GUMBO_TAG_TR, GUMBO_TAG_TBODY, GUMBO_TAG_THEAD, GUMBO_TAG_TFOOT};
// clang-format on

constexpr std::array<uint32_t, GUMBO_TAG_LAST> make_traits() {
    std::array<uint32_t, GUMBO_TAG_LAST> traits{};
    const auto mark = [&traits](Tags tags, TagTrait trait) {
        for (GumboTag tag : tags)
            traits[tag] |= trait;
    };
    mark(kLinkTags, kTagLinks);
    mark(kVoidTags, kTagVoid);
    mark(kRawTextTags, kTagRawText);
    mark(kHeadTags, kTagHead);
    mark(kNotFramesetTags, kTagNotFrameset);
    mark(kTableTags, kTagTable);
    mark(kBreakoutTags, kTagBreakout);
    mark(kOptionalEndTags, kTagOptionalEnd);
    mark(kClosesPTags, kTagClosesP);
    mark(kForeignTags, kTagForeign);
    mark(kRulesTags, kTagRules);
    return traits;
}

}  // namespace

constinit const std::array<uint32_t, GUMBO_TAG_LAST> kTagTraits = make_traits();

GumboTag find_tag(std::string_view name) {
    return kTagNames.find(name);
}

}  // namespace crawld
