// Runs scenarios:
//
//     scenarios [--twice] [--events] FILE        one scenario file
//     scenarios [--events] --random FIRST COUNT  scenarios made up from seeds (random_scenario.h)
//     scenarios --print SEED                     the text of one of these
//
// --twice   runs it a second time and compares all that was seen: the same seed repeats a run.
// --events  prints all that was seen.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "scenarios/archive_check.h"
#include "scenarios/expectations.h"
#include "scenarios/invariants.h"
#include "scenarios/random_scenario.h"
#include "scenarios/rig.h"
#include "scenarios/scenario.h"

namespace crawld {

namespace {

struct Options {
    bool twice = false;
    bool events = false;
    bool random = false;
    bool print = false;
    std::vector<std::string> words;
};

// The path of a seed file is in a directory that differs from run to run.
std::string comparable(const SimEvent& event) {
    SimEvent copy = event;
    copy.fields.erase("source");
    return copy.to_text();
}

void compare(const Rig& one, const Rig& two, std::vector<Complaint>& complaints) {
    if (one.events().size() != two.events().size())
        complaints.push_back({0, "a second run has another number of events"});
    for (size_t i = 0; i < std::min(one.events().size(), two.events().size()); ++i) {
        const std::string a = comparable(one.events()[i]);
        const std::string b = comparable(two.events()[i]);
        if (a == b) continue;
        complaints.push_back({0, "a second run differs:\n    " + a + "\n    " + b});
        return;
    }
}

void take(std::vector<Complaint>& all, std::vector<Complaint> more) {
    all.insert(all.end(), more.begin(), more.end());
}

std::vector<Complaint> run(const Scenario& scenario, const Options& options) {
    std::vector<Complaint> complaints;
    Rig rig(scenario);
    try {
        rig.run();
        take(complaints, check_expectations(scenario, rig.events()));
    } catch (const ScenarioError& error) {
        complaints.push_back({error.line, error.what()});
    }
    take(complaints, check_invariants(scenario, rig));
    take(complaints, check_archive(rig));
    if (options.twice && complaints.empty()) {
        Rig again(scenario);
        again.run();
        compare(rig, again, complaints);
    }
    if (options.events)
        for (const SimEvent& event : rig.events())
            std::cout << event.to_text() << '\n';
    std::cout << rig.requests().size() << " requests, " << rig.events().size() << " events\n";
    return complaints;
}

// Prints what was wrong; whether nothing was.
bool run_text(std::istream& text, const std::string& name, const Options& options) {
    std::vector<Complaint> complaints;
    try {
        complaints = run(read_scenario(text), options);
    } catch (const ScenarioError& error) {
        complaints.push_back({error.line, error.what()});
    }
    for (const Complaint& complaint : complaints)
        std::cout << name << ":" << complaint.line << ": " << complaint.what << '\n';
    return complaints.empty();
}

bool run_random(uint64_t first, uint64_t count, const Options& options) {
    uint64_t failed = 0;
    for (uint64_t seed = first; seed < first + count; ++seed) {
        std::istringstream text(random_scenario(seed));
        if (!run_text(text, "seed " + std::to_string(seed), options)) ++failed;
    }
    std::cout << count - failed << " of " << count << " random scenarios passed\n";
    return failed == 0;
}

int usage() {
    std::cerr << "usage: scenarios [--twice] [--events] FILE | [--events] --random FIRST COUNT | "
                 "--print SEED\n";
    return 64;
}

int run_words(const Options& options) {
    std::vector<uint64_t> numbers;
    for (const std::string& word : options.words)
        if (const auto number = parse_uint(word)) numbers.push_back(*number);
    if (options.random) {
        if (numbers.size() != 2) return usage();
        return run_random(numbers[0], numbers[1], options) ? 0 : 1;
    }
    if (options.words.size() != 1) return usage();
    if (options.print) {
        if (numbers.size() != 1) return usage();
        std::cout << random_scenario(numbers[0]);
        return 0;
    }
    std::ifstream file(options.words[0]);
    if (!file) return usage();
    return run_text(file, options.words[0], options) ? 0 : 1;
}

}  // namespace

}  // namespace crawld

int main(int argc, char** argv) {
    crawld::Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--twice")
            options.twice = true;
        else if (word == "--events")
            options.events = true;
        else if (word == "--random")
            options.random = true;
        else if (word == "--print")
            options.print = true;
        else
            options.words.push_back(word);
    }
    return crawld::run_words(options);
}
