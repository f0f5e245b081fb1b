// Configuration: any text is read or refused with errors that have places, never by an exception;
// what was read is printed, and reads back as the same.
#include <algorithm>

#include "base/check.h"
#include "config/config.h"
#include "config/print.h"
#include "fuzz/input.h"

using namespace crawld;

namespace {

// Of some KiB of text, aliases included.
constexpr size_t kBytesMax = 64 << 20;

std::optional<std::string> environment(const std::string& name) {
    return name == "NAME" ? std::optional<std::string>("value: 1") : std::nullopt;
}

ConfigResult load(std::string_view text) {
    return load_config_text(text, "/dir/crawld.yaml", environment);
}

void check_failure(const ConfigFailure& failure, std::string_view text) {
    CRAWLD_CHECK(!failure.errors.empty());
    const auto lines =
        std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') + 2;
    for (const ConfigError& error : failure.errors) {
        CRAWLD_CHECK(!error.message.empty());
        CRAWLD_CHECK(error.line >= 0 && error.line <= lines);
        CRAWLD_CHECK(error.line == 0 || error.column >= 1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const fuzz::MemoryPeak peak;
    const ConfigResult loaded = load(text);
    CRAWLD_CHECK(peak.bytes() <= kBytesMax);
    if (!loaded) {
        check_failure(loaded.error(), text);
        return 0;
    }
    make_host_options_table(loaded->config);
    const std::string printed = print_effective(loaded->config, Comments::all);
    const ConfigResult again = load(printed);
    if (!again) fuzz::expect_same(to_string(again.error().errors[0]), "readable", printed);
    CRAWLD_CHECK(diff(loaded->config, again->config).empty());
    return 0;
}
