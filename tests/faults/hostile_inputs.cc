#include "faults/hostile_inputs.h"

#include "base/prng.h"
#include "support/coded_bodies.h"

namespace crawld::test {

namespace {

struct Made {
    const char* name;
    const char* piece;
    std::string begin = "";
};

std::vector<HostileInput> all_of(const std::vector<Made>& made, size_t bytes) {
    std::vector<HostileInput> inputs;
    inputs.reserve(made.size());
    for (const Made& input : made)
        inputs.push_back({input.name, repeated(input.piece, bytes, input.begin)});
    return inputs;
}

std::string noise(size_t bytes) {
    Prng prng(7);
    std::string text(bytes, '\0');
    for (char& c : text)
        c = static_cast<char>(prng.next());
    return text;
}

constexpr const char* kStarted = "<!DOCTYPE html><title>x</title><body>";

const std::vector<Made>& pages_of_markup() {
    static const std::vector<Made> kPieces = {
        {"open brackets", "<"},
        {"unfinished tags", "<a "},
        {"unfinished links", "<a href='"},
        {"closing brackets", "</"},
        {"empty attributes", "a ", "<p "},
        {"attributes", "a%d=v ", "<a "},
        {"equal signs", "=", "<a "},
        {"slashes in a tag", "/", "<a "},
        {"ampersands", "&"},
        {"references", "&amp;"},
        {"references in a value", "&amp;", "<a href='"},
        {"longest references", "&CounterClockwiseContourIntegral;", "<a href='"},
        {"nearly references", "&CounterClockwiseContourIntegra", "<a href='"},
        {"numbers", "&#x1F600;", "<a href='"},
        {"endless number", "9", "<a href='&#"},
        {"comment begins", "<!--"},
        {"comment ends", "-", "<!--"},
        {"comments almost", "<!-"},
        {"bogus comments", "<?"},
        {"declarations", "<!x>"},
        {"divs", "<div>"},
        {"lists", "<ul><li>"},
        {"formatting", "<b><p>"},
        {"fonts", "<font size=%d>"},
        {"anchors inside anchors", "<a href=x%d><div>"},
        {"selects", "<select><option>"},
        {"tables", "<table>"},
        {"foster parents", "<table><a href=%d>x"},
        {"foster parents of text", "<table><b>x"},
        {"rows", "<table><tr><td>"},
        {"templates", "<template>"},
        {"foreign", "<svg>"},
        {"foreign ends", "</i>", "<svg>" + repeated("<g>", 3 * 380)},
        {"foreign ends inside", "</i>", "<svg><foreignObject>" + repeated("<b>", 3 * 380)},
        {"foreign and back", "<svg><foreignObject><math><mi>"},
        {"cdata", "<svg><![CDATA["},
        {"cdata brackets", "]", "<svg><![CDATA["},
        {"cdata outside", "<![CDATA[x]]>"},
        {"script ends", "</scrip", "<script>"},
        {"script escapes", "<!--<script>", "<script>"},
        {"titles", "</titl", "<title>"},
        {"plaintext", "<a href=x>", "<plaintext>"},
        {"framesets", "<frameset><frame src=%d>"},
    };
    return kPieces;
}

const std::vector<Made>& pages_of_links_and_text() {
    static const std::vector<Made> kPieces = {
        {"one value", "x", "<a href='"},
        {"one value of spaces", " ", "<a href='"},
        {"one value of dots", "../", "<a href='"},
        {"one name", "x", "<"},
        {"one text", "x"},
        {"links", "<a href=x>"},
        {"different links", "<a href=%d>"},
        {"links to other hosts", "<a href=//h%d.example.org/>"},
        {"links to odd hosts", "<a href=//xn--%d.%d/>"},
        {"unicode hosts",
         "<a href=//b\xc3\xbc"
         "cher%d.example/>"},
        {"links with queries", "<a href='?a=%d&b[]=\xe2\x82\xac&c=%zz'>"},
        {"links to be denied", "<a href=/private/%d/../../x>"},
        {"data links", "<a href='data:text/html;base64,AAAAAAAAAAAAAAAA%d'>"},
        {"one data link", "QUJD", "<a href='data:text/html;base64,"},
        {"script links", "<a href=javascript:x(%d)>"},
        {"bases", "<base href=/x%d/>"},
        {"one srcset", ",", "<img srcset='"},
        {"srcset", "a%d 2x, ", "<img srcset='"},
        {"srcset of brackets", "x (", "<img srcset='"},
        {"srcsets", "<img srcset='a%d,b 2x'>"},
        {"refreshes", "<meta http-equiv=refresh content='0;url=%d'>"},
        {"one refresh", " ", "<meta http-equiv=refresh content='0"},
        {"robots", "<meta name=robots content='nofollow,none'>"},
        {"one robots", "a,", "<meta name=robots content='"},
        {"charsets", "<meta charset=x>"},
        {"rel words", "x ", "<a href=x rel='"},
        {"canonicals", "<link rel=canonical href=%d>"},
        {"newlines", "\n"},
        {"short lines", "%d\n"},
        {"carriage returns", "\r"},
        {"words", "a "},
    };
    return kPieces;
}

}  // namespace

std::string repeated(std::string piece, size_t bytes, std::string begin) {
    std::string text = std::move(begin);
    text.reserve(bytes + 64);
    const size_t number_at = piece.find("%d");
    for (size_t number = 0; text.size() < bytes; ++number) {
        if (number_at == std::string::npos) {
            text += piece;
            continue;
        }
        text.append(piece, 0, number_at).append(std::to_string(number));
        text.append(piece, number_at + 2, std::string::npos);
    }
    text.resize(bytes);
    return text;
}

std::string plain_page(size_t bytes) {
    return repeated(
        "<p>Some words of text about number %d, <a href=\"chapter.html#here\">with a link</a> and "
        "<em class=\"strong\">markup</em> of the usual kind &amp; more.</p>\n<ul><li>one</li>"
        "<li>two</li></ul><div><img src=\"/x.png\" alt=\"a picture\"></div>\n",
        bytes, kStarted);
}

std::vector<HostileInput> hostile_pages(size_t bytes) {
    std::vector<HostileInput> inputs = all_of(pages_of_markup(), bytes);
    for (HostileInput& input : all_of(pages_of_links_and_text(), bytes))
        inputs.push_back(std::move(input));
    inputs.push_back({"NULs", std::string(bytes, '\0')});
    inputs.push_back({"NULs in a value", "<a href='" + std::string(bytes - 9, '\0')});
    inputs.push_back({"no UTF-8", std::string(bytes, '\xff')});
    inputs.push_back({"noise", noise(bytes)});
    return inputs;
}

std::vector<HostileInput> hostile_sitemaps(size_t bytes) {
    constexpr const char* kSet = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>";
    const std::string loc = "<loc>http://www.example.org/";
    static const std::vector<Made> kPieces = {
        {"a list", "<url><loc>http://www.example.org/%d</loc></url>", kSet},
        {"images", "<image:loc>http://www.example.org/%d</image:loc>", "<urlset><url>"},
        {"locations in one", "<loc>http://www.example.org/%d</loc>", "<urlset><url>"},
        {"an index", "<sitemap><loc>http://www.example.org/%d</loc></sitemap>", "<sitemapindex>"},
        {"ampersands", "&", "<urlset><url><loc>http://x/"},
        {"references", "&amp;", "<urlset><url><loc>http://x/"},
        {"entities", "<!ENTITY a%d '&a;&a;'>", "<!DOCTYPE x ["},
        {"deep", "<a>", "<urlset>"},
        {"elements", "<a/>", "<urlset>"},
        {"different elements", "<a%d/>", "<urlset>"},
        {"attributes", "a%d='' ", "<urlset "},
        {"namespaces", "<a xmlns:b%d='c'/>", "<urlset>"},
        {"comments", "<!---->", "<urlset>"},
        {"instructions", "<?a?>", "<urlset>"},
        {"cdata", "<![CDATA[x]]>", "<urlset><url><loc>"},
        {"one tag", "a", "<urlset><"},
        {"one value", "a", "<urlset a='"},
        {"one text", "x", "<urlset>"},
        {"one location", "x", "<urlset><url><loc>http://x/"},
        {"spaces", " "},
        {"spaces in it", " ", "<urlset>"},
        {"lines", "http://www.example.org/%d\n"},
        {"empty lines", "\n"},
        {"no lines", "x\n"},
        {"open brackets", "<", "<urlset>"},
        {"dates", "<url><loc>http://x/</loc><lastmod>2024-01-01T00:00:00+00:00</lastmod></url>",
         "<urlset>"},
        {"items",
         "<item><link>http://x/%d</link><pubDate>Mon, 01 Jan 2024 00:00:00 GMT</pubDate>"
         "</item>",
         "<rss><channel>"},
        {"bases", "<x xml:base='//\xc3\x9f'/>", "<feed>"},
        {"links of bases", "<link xml:base='//\xc3\x9f/' href='%d'/>", "<feed><entry>"},
        {"links below a base", "<link href='//\xc3\x9f%d'/>", "<feed xml:base='/'><entry>"},
        {"another encoding", "<url><loc>http://x/\xe9</loc></url>",
         "<?xml version='1.0' encoding='iso-8859-1'?><urlset>"},
    };
    std::vector<HostileInput> inputs = all_of(kPieces, bytes);
    inputs.push_back({"NULs", std::string(bytes, '\0')});
    inputs.push_back({"noise", noise(bytes)});
    return inputs;
}

std::vector<HostileInput> hostile_robots(size_t bytes) {
    constexpr const char* kAll = "User-agent: *\n";
    static const std::vector<Made> kPieces = {
        {"rules", "Disallow: /%d\n", kAll},
        {"stars", "*", "User-agent: *\nDisallow: /"},
        {"starred rules", "Disallow: /*a*b*%d\n", kAll},
        {"equal rules", "Disallow: /a\n", kAll},
        {"shortest rules", "Allow:/\n", kAll},
        {"agents", "User-agent: a%d\n"},
        {"groups", "User-agent: *\nDisallow: /%d\n"},
        {"sitemaps", "Sitemap: http://x/%d\n"},
        {"delays", "Crawl-delay: 9\n", kAll},
        {"newlines", "\n"},
        {"carriage returns", "\r"},
        {"colons", ":"},
        {"number signs", "#"},
        {"percent signs", "%", "User-agent: *\nDisallow: /"},
        {"escapes", "%41", "User-agent: *\nDisallow: /"},
        {"one line", "x", "User-agent: *\nDisallow: /"},
        {"spaces", " ", "User-agent: *\nDisallow: /"},
    };
    std::vector<HostileInput> inputs = all_of(kPieces, bytes);
    inputs.push_back({"NULs", std::string(bytes, '\0')});
    inputs.push_back({"noise", noise(bytes)});
    return inputs;
}

std::vector<HostileInput> hostile_values(size_t bytes) {
    return all_of(
        {
            {"commas", ","},
            {"semicolons", ";"},
            {"words", "nofollow,"},
            {"names", "crawld:none,"},
            {"names of others", "a%d:"},
            {"parameters", "; a%d=b", "text/html"},
            {"quotes", "\"\\", "text/html; charset="},
            {"spaces", " "},
            {"links", "<x%d>; rel=next, "},
            {"open brackets", "<"},
            {"link parameters", "; rel=next", "<x>"},
            {"digits", "9"},
            {"refresh", " ", "0; url="},
            {"one URL", "x", "http://www.example.org/"},
            {"slashes", "/", "http://www.example.org"},
            {"dots", "../", "http://www.example.org/"},
            {"labels", "a.", "http://"},
            {"hyphens", "xn--", "http://"},
            {"not ASCII", "\xc3\xbc", "http://"},
            {"at signs", "@", "http://"},
            {"percent signs", "%", "http://www.example.org/"},
            {"queries", "&a%d=b", "http://www.example.org/?"},
            {"tabs", "\t", "http://www.example.org/"},
        },
        bytes);
}

std::vector<HostileInput> hostile_codings(size_t bytes) {
    const std::string zeros(4 * bytes, '\0');
    const std::string random = noise(bytes);
    const auto cut = [&](std::string body) {
        body.resize(std::min(body.size(), bytes));
        return body;
    };
    std::string members;
    const std::string member = gzipped("");
    while (members.size() < bytes)
        members += member;
    std::string frames;
    const std::string frame = zstd_coded("");
    while (frames.size() < bytes)
        frames += frame;
    const std::string slow_to_read = repeated("%d", 2 * bytes);
    return {
        {"gzip", gzipped(zeros)},
        {"gzip", cut(gzipped(random))},
        {"gzip", cut(gzipped(slow_to_read))},
        {"gzip", cut(members)},
        {"gzip", random},
        {"gzip, gzip", cut(gzipped(gzipped(slow_to_read)))},
        {"deflate", deflated(zeros, 15)},
        {"deflate", cut(deflated(slow_to_read, -15))},
        {"deflate", random},
        {"br", cut(brotli_coded(random))},
        {"br", random},
        {"br", std::string(bytes, '\0')},
        {"zstd", zstd_coded(zeros)},
        {"zstd", cut(zstd_coded(slow_to_read))},
        {"zstd", cut(frames)},
        {"zstd", random},
        {"zstd, gzip", cut(gzipped(zstd_coded(slow_to_read)))},
        {"br, br", cut(brotli_coded(brotli_coded(slow_to_read)))},
    };
}

}  // namespace crawld::test
