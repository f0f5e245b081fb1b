// Suite: what a suite of others says of us, counted, and told in one line when it ends:
//
//     suite urltestdata.json, http(s)              446 cases    446 passed     0 differ on purpose
//
// Where ctest asks for it (CRAWLD_SUITES names a file), it is also written there, for the one table
// of all suites that tests/conformance/suites.py prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crawld::test {

class Suite {
  public:
    explicit Suite(std::string name) : name_(std::move(name)) {}
    ~Suite();  // tells
    Suite(const Suite&) = delete;
    Suite& operator=(const Suite&) = delete;

    void add(bool passed) { ++(passed ? passed_ : failed_); }
    // A case in which we differ for a reason that is written down, and as is written down there.
    void add_difference(std::string_view which, std::string_view reason) {
        differences_.push_back({std::string(which), std::string(reason)});
    }
    // There is nothing to run it on.
    void skip(std::string_view why) { skipped_ = why; }
    const std::string& skipped() const { return skipped_; }
    int failed() const { return failed_; }
    int cases() const { return passed_ + failed_ + differing(); }
    int differing() const { return static_cast<int>(differences_.size()); }

  private:
    struct Difference {
        std::string which;
        std::string reason;
    };

    std::string name_;
    std::string skipped_;
    std::vector<Difference> differences_;
    int passed_ = 0;
    int failed_ = 0;
};

}  // namespace crawld::test
