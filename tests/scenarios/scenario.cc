#include "scenarios/scenario.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace crawld {

namespace {

constexpr std::array<std::string_view, 7> kSections{
    "web:", "steps:", "in order:", "any order:", "never:", "count:", "gaps:"};

uint64_t number(std::string_view text, int line) {
    const auto value = parse_uint(text);
    if (!value) throw ScenarioError(line, "not a number: " + std::string(text));
    return *value;
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// "for 0..9 LINE" as ten lines; any other line as itself.
std::vector<std::string> repeated(const std::string& text, int line) {
    constexpr std::string_view kFor = "for ";
    if (!text.starts_with(kFor)) return {text};
    const size_t dots = text.find("..");
    const size_t end = text.find(' ', kFor.size());
    if (dots == std::string::npos || end == std::string::npos || dots > end)
        throw ScenarioError(line, "write: for A..B LINE");
    const uint64_t first =
        number(std::string_view(text).substr(kFor.size(), dots - kFor.size()), line);
    const uint64_t last = number(std::string_view(text).substr(dots + 2, end - dots - 2), line);
    std::vector<std::string> lines;
    for (uint64_t i = first; i <= last; ++i) {
        std::string one = text.substr(end + 1);
        replace_all(one, "{i}", std::to_string(i));
        replace_all(one, "{i+1}", std::to_string(i + 1));
        lines.push_back(std::move(one));
    }
    return lines;
}

class Reader {
  public:
    explicit Reader(Scenario& out) : out_(out) {}

    void take(const std::string& line) {
        ++number_;
        const size_t indent = line.find_first_not_of(' ');
        if (in_config()) {
            if (indent == std::string::npos || indent > 0) {
                out_.config += line + "\n";
                return;
            }
        }
        const bool in_file = section_ == "file" && indent != 0;
        if (in_file && indent == std::string::npos) out_.files[file_] += "\n";
        if (indent == std::string::npos || (!in_file && line[indent] == '#')) return;
        if (indent == 0)
            open(line);
        else
            add(line, indent);
    }

  private:
    bool in_config() const { return section_ == "config:"; }

    void open(const std::string& line) {
        const std::string_view text = trim(line);
        indent_.reset();
        file_.clear();
        section_.clear();
        if (text.starts_with("seed ")) {
            out_.seed = crawld::number(text.substr(5), number_);
        } else if (text.starts_with("robots_rules_max ")) {
            out_.robots_rules_max = crawld::number(text.substr(17), number_);
        } else if (text.starts_with("allow error ")) {
            out_.errors_allowed.emplace_back(text.substr(12));
        } else if (text.starts_with("file ") && text.ends_with(":")) {
            section_ = "file";
            file_ = text.substr(5, text.size() - 6);
            out_.files[file_];
        } else if (text == "config:") {
            section_ = text;
        } else {
            for (std::string_view known : kSections)
                if (text == known) section_ = text;
            if (section_.empty())
                throw ScenarioError(number_, "no such section: " + std::string(text));
            section_.pop_back();
        }
    }

    void add(const std::string& line, size_t indent) {
        if (section_.empty()) throw ScenarioError(number_, "an indented line outside a section");
        if (!indent_) indent_ = indent;
        if (section_ == "file") {
            for (const std::string& one : repeated(line.substr(*indent_), number_))
                out_.files[file_] += one + "\n";
            return;
        }
        auto& lines = out_.sections[section_];
        if (indent > *indent_) {
            if (lines.empty()) throw ScenarioError(number_, "nothing to belong to");
            lines.back().block += line.substr(*indent_) + "\n";
            return;
        }
        for (const std::string& one : repeated(std::string(trim(line)), number_))
            lines.push_back({.number = number_, .text = one, .block = {}});
    }

    Scenario& out_;
    int number_ = 0;
    std::string section_;
    std::string file_;
    std::optional<size_t> indent_;  // of the section's lines
};

}  // namespace

const std::vector<ScenarioLine>& Scenario::section(std::string_view name) const {
    static const std::vector<ScenarioLine> kNone;
    const auto it = sections.find(name);
    return it == sections.end() ? kNone : it->second;
}

Scenario read_scenario(std::istream& text) {
    Scenario scenario;
    Reader reader(scenario);
    for (std::string line; std::getline(text, line);)
        reader.take(line);
    return scenario;
}

Words::Words(const ScenarioLine& line) : line_(line.number) {
    const std::string& text = line.text;
    for (size_t i = 0; i < text.size();) {
        if (is_space(text[i])) {
            ++i;
            continue;
        }
        std::string word;
        bool quoted = false;
        for (; i < text.size() && (quoted || !is_space(text[i])); ++i) {
            if (text[i] == '"') {
                quoted = !quoted;
            } else if (quoted && text[i] == '\\' && i + 1 < text.size()) {
                ++i;
                word += text[i] == 'n' ? '\n' : text[i] == 'r' ? '\r' : text[i];
            } else {
                word += text[i];
            }
        }
        if (quoted) fail("a quote is not closed");
        words_.push_back(std::move(word));
    }
}

std::string Words::take(std::string_view what) {
    if (empty()) fail(std::string(what) + " is missing");
    return words_[next_++];
}

bool Words::take_if(std::string_view word) {
    if (empty() || words_[next_] != word) return false;
    ++next_;
    return true;
}

std::vector<std::string> Words::rest() {
    std::vector<std::string> words(words_.begin() + static_cast<std::ptrdiff_t>(next_),
                                   words_.end());
    next_ = words_.size();
    return words;
}

void Words::fail(const std::string& what) const {
    throw ScenarioError(line_, what);
}

}  // namespace crawld
