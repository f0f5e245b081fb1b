// Suite: what a suite of others says of us, counted, and told in one line when it ends:
//
//     suite urltestdata.json, http(s)              446 cases    446 passed     0 differ on purpose
#pragma once

#include <cstdio>
#include <string>

namespace crawld::test {

class Suite {
  public:
    explicit Suite(std::string name) : name_(std::move(name)) {}
    ~Suite() {
        std::printf("suite %-40s %6d cases %6d passed %5d differ on purpose\n", name_.c_str(),
                    cases(), passed_, differing_);
        std::fflush(stdout);
    }
    Suite(const Suite&) = delete;
    Suite& operator=(const Suite&) = delete;

    void add(bool passed) { ++(passed ? passed_ : failed_); }
    // A case in which we differ for a reason that is written down, and as is written down there.
    void add_difference() { ++differing_; }
    int cases() const { return passed_ + failed_ + differing_; }

  private:
    std::string name_;
    int passed_ = 0;
    int failed_ = 0;
    int differing_ = 0;
};

}  // namespace crawld::test
