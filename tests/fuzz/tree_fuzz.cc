// The guard around Gumbo: every page becomes a tree within the bounds, or is refused within the
// same bounds of memory; links come of it either way.
#include "base/check.h"
#include "fuzz/input.h"
#include "html/guard.h"
#include "html/links.h"
#include "url/utf8.h"

using namespace crawld;

namespace {

// In document order, without recursion: Gumbo's depth is what is in doubt.
void check_bounds(const GumboNode* root) {
    const GumboNode* node = root;
    size_t depth = 1;
    for (;;) {
        CRAWLD_CHECK(depth <= kTreeDepthMax);
        const bool element = node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
        if (element) CRAWLD_CHECK(node->v.element.attributes.length <= kTreeAttributesMax);
        if (element && node->v.element.children.length > 0) {
            node = static_cast<const GumboNode*>(node->v.element.children.data[0]);
            ++depth;
            continue;
        }
        while (node != root &&
               node->index_within_parent + 1 == node->parent->v.element.children.length) {
            node = node->parent;
            --depth;
        }
        if (node == root) return;
        const GumboVector& siblings = node->parent->v.element.children;
        node = static_cast<const GumboNode*>(siblings.data[node->index_within_parent + 1]);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text = to_utf8({reinterpret_cast<const char*>(data), size});
    const fuzz::Exact page(text);
    GuardedArena arena(arena_bytes(text.size()));
    const GumboOutput* tree = arena.parse(page.view().data(), page.view().size());
    CRAWLD_CHECK(arena.bytes_used() <= arena_bytes(text.size()));
    if (tree != nullptr) check_bounds(tree->root);
    const LinkQuery query{.options = {.parser = HtmlParser::gumbo, .embeds = true},
                          .product = "crawld"};
    CRAWLD_CHECK(find_links(page.view(), query).scanner_used == (tree == nullptr));
    return 0;
}
