#include "support/suite.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace crawld::test {
namespace {

// Each program begins its file anew.
std::ofstream& table() {
    static std::ofstream file = [] {
        const char* name = std::getenv("CRAWLD_SUITES");
        return name == nullptr ? std::ofstream() : std::ofstream(name, std::ios::trunc);
    }();
    return file;
}

std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return line;
}

}  // namespace

Suite::~Suite() {
    if (skipped_.empty())
        std::printf("suite %-40s %6d cases %6d passed %5d differ on purpose\n", name_.c_str(),
                    cases(), passed_, differing());
    else
        std::printf("suite %-40s SKIPPED: %s\n", name_.c_str(), skipped_.c_str());
    std::fflush(stdout);
    table() << "suite\t" << name_ << '\t' << cases() << '\t' << passed_ << '\t' << failed_ << '\t'
            << one_line(skipped_) << '\n';
    for (const Difference& difference : differences_)
        table() << "difference\t" << name_ << '\t' << one_line(difference.which) << '\t'
                << one_line(difference.reason) << '\n';
    table().flush();
}

}  // namespace crawld::test
