// Google's robots.txt compliance corpus, every case; those that we decide otherwise are named below
// with the reason.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "robots/robots.h"
#include "support/suite.h"
#include "support/testdata.h"
#include "url/url.h"

using namespace crawld;
using namespace crawld::test;

namespace {

struct Case {
    std::string file;
    std::string robots;
    std::string url;
    std::string agent;
    bool allowed = false;
    bool google_specific = false;
};

// The text form of protocol buffers, as far as the corpus uses it: "field: value" in nested blocks,
// string literals in pieces.
class TextprotoReader {
  public:
    explicit TextprotoReader(std::string text) : text_(std::move(text)) {}

    std::vector<Case> read(const std::string& file) {
        std::vector<Case> cases;
        Case now{.file = file, .robots = {}, .url = {}, .agent = {}};
        std::string robots;
        bool has_url = false;
        while (const auto token = next()) {
            if (*token == "robotstxt") robots = string();
            if (*token == "testurl") {
                now.url = string();
                has_url = true;
            }
            if (*token == "useragent") now.agent = string();
            if (*token == "expected_outcome") now.allowed = word() == "ALLOWED";
            if (*token == "test_type") now.google_specific = word() == "GOOGLE_SPECIFIC";
            if (*token == "}" && has_url) {
                has_url = false;
                now.robots = robots;
                cases.push_back(now);
                now = Case{.file = file, .robots = {}, .url = {}, .agent = {}};
            }
        }
        return cases;
    }

  private:
    void skip() {
        while (at_ < text_.size()) {
            if (text_[at_] == '#')
                at_ = std::min(text_.find('\n', at_), text_.size());
            else if (is_space(text_[at_]) || text_[at_] == ',' || text_[at_] == ':')
                ++at_;
            else
                return;
        }
    }
    std::optional<std::string> next() {
        skip();
        if (at_ >= text_.size()) return std::nullopt;
        if (text_[at_] == '"' || text_[at_] == '\'') return string();
        if (!is_alnum(text_[at_]) && text_[at_] != '_') return std::string(1, text_[at_++]);
        return word();
    }
    std::string word() {
        skip();
        const size_t size = span_of(std::string_view(text_).substr(at_),
                                    [](char c) { return is_alnum(c) || c == '_'; });
        const std::string out = text_.substr(at_, size);
        at_ += size;
        return out;
    }
    std::string string() {
        std::string out;
        for (skip(); at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\''); skip()) {
            const char quote = text_[at_++];
            while (text_[at_] != quote)
                out.push_back(character());
            ++at_;
        }
        return out;
    }
    char character() {
        if (text_[at_] != '\\') return text_[at_++];
        const char kind = text_[at_ + 1];
        at_ += 2;
        if (kind == 'n') return '\n';
        if (kind == 'r') return '\r';
        if (kind == 't') return '\t';
        if (kind == 'x') {
            int value = 0;
            for (int n = 0; n < 2 && hex_value(text_[at_]) >= 0; ++n)
                value = value * 16 + hex_value(text_[at_++]);
            return static_cast<char>(value);
        }
        if (!is_digit(kind)) return kind;
        int value = kind - '0';
        for (int n = 0; n < 2 && is_digit(text_[at_]); ++n)
            value = value * 8 + text_[at_++] - '0';
        return static_cast<char>(value);
    }

    const std::string text_;
    size_t at_ = 0;
};

std::vector<Case> corpus() {
    std::vector<Case> cases;
    const std::filesystem::path root = CRAWLD_TESTDATA "/robots/google-ctc";
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
        if (entry.path().extension() == ".textproto") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        std::stringstream text;
        text << in.rdbuf();
        for (Case& each : TextprotoReader(text.str()).read(file.stem().string()))
            cases.push_back(std::move(each));
    }
    return cases;
}

bool decide(const Case& each) {
    std::string path = "/";  // of the empty URL
    if (!each.url.empty()) {
        const auto url = CanonicalUrl::parse(each.url);
        REQUIRE_MESSAGE(url, each.url);
        path = url->path_and_query();
    }
    return RobotsRules::parse(each.robots, each.agent).decide(path).allowed;
}

struct Difference {
    std::string_view file;
    std::string_view url;
    bool expected;  // allowed, says the corpus
    bool google_specific;
    std::string_view reason;
};
constexpr std::array<Difference, 4> kDifferences{{
    {"accepted-mistakes", "http://foo.bar/x/y", false, true, "a line without a colon is no record"},
    {"index-page", "http://foo.com/allowed-slash/", true, true, "index.html is not /"},
    // RFC 9309 2.2.2 and its table, which the corpus precedes: both spellings are the same path. A
    // crawler that asks with canonical URLs could not tell them apart either.
    {"non-ascii-paths", "http://foo.bar/foo/bar/ツ", false, false,
     "RFC 9309 2.2.2: ツ is the same path as %E3%83%84"},
    {"non-ascii-paths", "http://foo.bar/foo/bar/baz", false, false,
     "RFC 9309 2.2.2: baz is the same path as %62%61%7A"},
}};

const Difference* difference_of(const Case& each) {
    const auto found =
        std::find_if(kDifferences.begin(), kDifferences.end(), [&](const Difference& known) {
            return known.file == each.file && known.url == each.url &&
                   known.expected == each.allowed && known.google_specific == each.google_specific;
        });
    return found == kDifferences.end() ? nullptr : found;
}

}  // namespace

TEST_CASE("Google's corpus: every case as it says, or as RFC 9309 says where they differ") {
    Suite standard("google-ctc, STANDARD");
    Suite google("google-ctc, GOOGLE_SPECIFIC");
    if (lacks_testdata("robots/google-ctc", &standard)) return google.skip(standard.skipped());
    size_t different = 0;
    for (const Case& each : corpus()) {
        Suite& suite = each.google_specific ? google : standard;
        const Difference* known = difference_of(each);
        const bool agrees = decide(each) == each.allowed;
        CHECK_MESSAGE(agrees == (known == nullptr),
                      each.file << ": " << each.url << " for " << each.agent << " should be "
                                << std::string(each.allowed ? "allowed" : "disallowed") << " by\n"
                                << each.robots);
        if (known == nullptr || agrees) {
            suite.add(agrees);
            continue;
        }
        ++different;
        suite.add_difference(each.file + " " + each.url, known->reason);
    }
    CHECK_EQ(different, kDifferences.size() + 1);  // one of them is two cases
    CHECK_EQ(standard.cases() + google.cases(), 400);
}
