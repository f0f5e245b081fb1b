// Scenario: one .scenario file, read into its sections.
//
// A file is a crawl of a virtual web in text. Lines at column 0 open a section; its lines are
// indented; '#' begins a comment line (not in files). In every section but `config:` a line may
// begin with `for A..B`: it is repeated with {i} replaced by each number, and {i+1} by the next.
//
//     seed 7                          of all that is random; 1 without it
//     robots_rules_max 0              bytes of robots rules in memory; as in a crawl without it
//     allow error NAME                an event of level error that is expected
//     config:                         YAML as of crawld.yaml; version and identity are filled in
//     file NAME:                      a file beside the configuration, e.g. of seeds
//     web:                            the virtual web (web_text.h)
//     steps:                          what happens (rig.h)
//     in order: / any order: / never: / count: / gaps:      what must be seen (expectations.h)
//
// Errors: a Complaint with the line.
#pragma once

#include <istream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace crawld {

// A mistake in a scenario file, or an expectation that was not met.
struct Complaint {
    int line = 0;  // 0: not of a line
    std::string what;
};

struct ScenarioLine {
    int number = 0;
    std::string text;   // without indentation
    std::string block;  // the more indented lines that follow it
};

struct Scenario {
    uint64_t seed = 1;
    std::optional<uint64_t> robots_rules_max;
    std::vector<std::string> errors_allowed;
    std::string config;
    std::map<std::string, std::string> files;
    std::map<std::string, std::vector<ScenarioLine>, std::less<>> sections;

    const std::vector<ScenarioLine>& section(std::string_view name) const;
};

// Throws ScenarioError.
Scenario read_scenario(std::istream& text);

struct ScenarioError : std::runtime_error {
    ScenarioError(int at, const std::string& what) : std::runtime_error(what), line(at) {}
    int line;
};

// The words of a line; "quoted words" may hold blanks, \n, \" and \\.
class Words {
  public:
    explicit Words(const ScenarioLine& line);

    bool empty() const { return next_ == words_.size(); }
    std::string take(std::string_view what);  // throws where there is none
    bool take_if(std::string_view word);
    std::vector<std::string> rest();
    [[noreturn]] void fail(const std::string& what) const;

  private:
    int line_;
    std::vector<std::string> words_;
    size_t next_ = 0;
};

}  // namespace crawld
