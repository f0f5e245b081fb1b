// html5lib's tests of encoding sniffing: a byte order mark, then what the page declares, then
// windows-1252.
#include "decode/prescan.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "support/suite.h"
#include "support/testdata.h"

using namespace crawld;
using namespace crawld::test;
namespace fs = std::filesystem;

namespace {

struct Case {
    std::string data;
    std::string encoding;
};

std::vector<Case> read_cases(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    constexpr std::string_view kData = "#data\n", kEncoding = "\n#encoding\n";
    std::vector<Case> cases;
    for (size_t at = text.find(kData); at != std::string::npos; at = text.find(kData, at)) {
        const size_t begin = at + kData.size();
        const size_t end = text.find(kEncoding, begin);
        if (end == std::string::npos) break;
        at = end + kEncoding.size();
        cases.push_back({text.substr(begin, end - begin),
                         lowercase(trim(text.substr(at, text.find('\n', at) - at)))});
    }
    return cases;
}

std::string_view sniffed(std::string_view page) {
    if (page.starts_with("\xef\xbb\xbf")) return "utf-8";
    const Encoding* encoding = prescan(page);
    return encoding == nullptr ? "windows-1252" : encoding->name;
}

}  // namespace

TEST_CASE("html5lib's encoding tests, exact") {
    Suite suite("html5lib encodings");
    if (lacks_testdata("html/html5lib/encoding", &suite)) return;
    const fs::path root = fs::path(CRAWLD_TESTDATA) / "html/html5lib/encoding";
    for (const auto& entry : fs::directory_iterator(root)) {
        if (entry.path().extension() != ".dat") continue;
        for (const Case& expected : read_cases(entry.path())) {
            CAPTURE(expected.data.substr(0, 300));
            CHECK_EQ(sniffed(expected.data), expected.encoding);
            suite.add(sniffed(expected.data) == expected.encoding);
        }
    }
    CHECK_EQ(suite.cases(), 82);
}
