#include "decode/prescan.h"

#include <doctest/doctest.h>

#include <string>

using namespace crawld;

namespace {
std::string_view found(std::string_view page) {
    const Encoding* encoding = prescan(page);
    return encoding == nullptr ? "none" : encoding->name;
}
std::string padded(std::string_view page, size_t padding) {
    return "<!--" + std::string(padding, 'x') + "-->" + std::string(page);
}
}  // namespace

TEST_CASE("metas in the forms pages use") {
    CHECK_EQ(found("<meta charset=koi8-r>"), "koi8-r");
    CHECK_EQ(found("<META/CHARSET='koi8-r'/>"), "koi8-r");
    CHECK_EQ(found("<meta http-equiv=content-type content='text/html;charset = \"koi8-r\"'>"),
             "koi8-r");
    CHECK_EQ(found("<meta content='text/html;charset=koi8-r'>"), "none");
    CHECK_EQ(found("<meta charset=utf-16><meta charset=koi8-r>"), "utf-8");
    CHECK_EQ(found("<meta charset=x-user-defined>"), "windows-1252");
    CHECK_EQ(found("<p title='<meta charset=koi8-r>'>"), "none");
    CHECK_EQ(found("<!--><meta charset=koi8-r>"), "koi8-r");
    CHECK_EQ(found("<metadata charset=koi8-r>"), "none");
}

TEST_CASE("a declaration of XML, in ASCII and in UTF-16") {
    CHECK_EQ(found("<?xml version=\"1.0\" encoding=\"koi8-r\"?><x/>"), "koi8-r");
    CHECK_EQ(found("<?xml encoding='utf-16'?>"), "utf-8");
    CHECK_EQ(found(" <?xml encoding='koi8-r'?>"), "none");
    CHECK_EQ(found(std::string_view("<\0?\0x\0m\0", 8)), "utf-16le");
    CHECK_EQ(found(std::string_view("\0<\0?\0x\0m", 8)), "utf-16be");
    CHECK_EQ(found("<?xml encoding='koi8-r'?><meta charset=koi8-u>"), "koi8-u");
}

TEST_CASE("later declarations count, but not inside scripts, and not beyond the bound") {
    CHECK_EQ(found(padded("<meta charset=koi8-r>", 5'000)), "koi8-r");
    CHECK_EQ(found("<script><meta charset=koi8-r></script>"), "koi8-r");
    CHECK_EQ(found(padded("<script>'<meta charset=koi8-r>'</script>", 5'000)), "none");
    CHECK_EQ(found("<script>" + std::string(2'000, ' ') +
                   "<meta charset=koi8-r></script><meta charset=koi8-u>"),
             "koi8-u");
    CHECK_EQ(found(padded("<meta charset=koi8-r>", kPrescanBytesMax)), "none");
}

TEST_CASE("of two attributes the first counts, and hostile pages end the search") {
    CHECK_EQ(found("<meta charset=koi8-r charset=koi8-u>"), "koi8-r");
    CHECK_EQ(found(std::string(100'000, '<')), "none");
    std::string attributes = "<meta";
    for (int i = 0; i < 6'000; ++i)
        attributes += " a" + std::to_string(i) + "=1";
    CHECK_EQ(found(attributes + " charset=koi8-r>"), "koi8-r");
    std::string scripts;
    for (int i = 0; i < 10'000; ++i)
        scripts += "<script>";
    CHECK_EQ(found(scripts), "none");
}
