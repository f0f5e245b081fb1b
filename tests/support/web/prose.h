// Prose: harmless text in the shape of sentences, from a seed.
#pragma once

#include <string>

#include "base/prng.h"

namespace crawld::web {

// A sentence of 6-17 words with a capital and a full stop.
std::string sentence(Prng& prng);
// Two or three words for a title, capitalised.
std::string title(Prng& prng);
// One paragraph of HTML of about 200 bytes as blogs, manuals and shops write them: inline tags,
// attributes, entities, now and then a list, a table row, a comment or a script.
std::string paragraph(Prng& prng);

}  // namespace crawld::web
