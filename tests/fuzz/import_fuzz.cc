// Lines of other crawlers' files: whatever the format, a line has a URL or a reason or neither, no
// longer than itself, and is read the same whatever was read before it; detection agrees with
// itself and never refuses without a sentence.
#include "base/check.h"
#include "exchange/import_lines.h"
#include "fuzz/input.h"

using namespace crawld;

namespace {

// An escape of JSON makes at most three bytes of six.
void check(const ImportedLine& line, std::string_view from) {
    CRAWLD_CHECK(line.url.empty() || line.rejected.empty());
    CRAWLD_CHECK(line.url.size() <= from.size());
    if (line.url.empty()) return;
    CRAWLD_CHECK(!line.revisit || line.was_fetched());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    fuzz::Input input(data, size);
    const auto format = static_cast<ImportFormat>(input.below(enum_names(ImportFormat{}).size()));
    const fuzz::Exact whole(input.rest());
    const auto detected = detect(whole.view(), ImportFormat::automatic, "file");
    if (!detected) {
        CRAWLD_CHECK(detected.error().message.starts_with("file is "));
        CRAWLD_CHECK(!detect(whole.view(), format, "file"));
    } else {
        CRAWLD_CHECK(*detected != ImportFormat::automatic);
    }
    ImportLines lines(format);
    for (fuzz::Input rest(data, size); !rest.rest().empty();) {
        const fuzz::Exact line(rest.line());
        const ImportedLine first = lines.parse(line.view(), false);
        check(first, line.view());
        if (format != ImportFormat::cdx)
            fuzz::expect_same("a URL", first.url,
                              ImportLines(format).parse(line.view(), false).url);
        CRAWLD_CHECK(!lines.parse(line.view(), true).rejected.empty());
    }
    return 0;
}
