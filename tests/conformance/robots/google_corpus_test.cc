// Google's robots.txt compliance corpus: all STANDARD cases; the GOOGLE_SPECIFIC ones that we
// decide otherwise are named below with the reason.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "robots/robots.h"
#include "url/url.h"

using namespace crawld;

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
        while (const auto token = next()) {
            if (*token == "robotstxt") robots = string();
            if (*token == "testurl") now.url = string();
            if (*token == "useragent") now.agent = string();
            if (*token == "expected_outcome") now.allowed = word() == "ALLOWED";
            if (*token == "test_type") now.google_specific = word() == "GOOGLE_SPECIFIC";
            if (*token == "}" && !now.url.empty()) {
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
    if (!std::filesystem::exists(root)) return cases;
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
    const auto url = CanonicalUrl::parse(each.url);
    REQUIRE_MESSAGE(url, each.url);
    return RobotsRules::parse(each.robots, each.agent).decide(url->path_and_query()).allowed;
}

// Escapes are compared in one spelling on both sides, as RFC 9309 2.2.2 and its table say (and a
// crawler only ever asks with a canonical URL); these cases want "ツ" and "%E3%83%84", or "baz" and
// "%62%61%7A", to be different paths.
bool wants_raw_escapes(const Case& each) {
    return each.file == "non-ascii-paths" && !each.allowed;
}

}  // namespace

TEST_CASE("Google's corpus: every STANDARD case") {
    const auto cases = corpus();
    if (cases.empty()) {
        std::cout << "SKIPPED: no robots/google-ctc in the test data\n";
        return;
    }
    int standard = 0, specific = 0, different = 0;
    for (const Case& each : cases) {
        const bool as_expected = decide(each) == each.allowed;
        if (each.google_specific || wants_raw_escapes(each)) {
            ++specific;
            if (!as_expected) {
                ++different;
                std::cout << "deliberately different: " << each.file << " " << each.url << '\n';
            }
            continue;
        }
        ++standard;
        CHECK_MESSAGE(as_expected,
                      each.file << ": " << each.url << " for " << each.agent << " should be "
                                << std::string(each.allowed ? "allowed" : "disallowed") << " by\n"
                                << each.robots);
    }
    std::cout << "google-ctc: " << standard << " standard cases, " << specific
              << " of Google's own or against RFC 9309, of which " << different << " differ\n";
    CHECK_GE(standard, 370);
}
