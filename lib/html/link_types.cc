#include "html/link_types.h"

#include "base/text.h"
#include "html/microsyntax.h"

namespace crawld {

LinkTypes read_link_types(std::string_view rel, const HtmlOptions& options) {
    LinkTypes types;
    const auto propose = [&types](LinkKind kind) {
        if (!types.kind || kind == LinkKind::embed || *types.kind == LinkKind::alternate)
            if (types.kind != LinkKind::embed) types.kind = kind;
    };
    for_each_word(rel, [&](std::string_view word) {
        if (iequals(word, "nofollow")) types.nofollow = true;
        if (options.nofollow_ugc && iequals(word, "ugc")) types.nofollow = true;
        if (options.nofollow_sponsored && iequals(word, "sponsored")) types.nofollow = true;
        if (iequals(word, "stylesheet") || iequals(word, "icon")) propose(LinkKind::embed);
        if (iequals(word, "canonical")) propose(LinkKind::canonical);
        if (iequals(word, "next")) propose(LinkKind::next);
        if (iequals(word, "prev") || iequals(word, "previous")) propose(LinkKind::prev);
        if (iequals(word, "alternate")) propose(LinkKind::alternate);
    });
    return types;
}

}  // namespace crawld
