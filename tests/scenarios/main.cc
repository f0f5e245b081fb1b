// Runs one scenario file: scenarios [--twice] [--events] FILE
//
// --twice   runs it a second time and compares all that was seen: the same seed repeats a run.
// --events  prints all that was seen.
#include <cstring>
#include <iostream>
#include <string>

#include "scenarios/expectations.h"
#include "scenarios/invariants.h"
#include "scenarios/rig.h"
#include "scenarios/scenario.h"

namespace crawld {

namespace {

struct Options {
    std::string path;
    bool twice = false;
    bool events = false;
};

// The fields that name the temporary directory of a run differ from run to run.
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

int run(const Options& options) {
    std::vector<Complaint> complaints;
    try {
        const Scenario scenario = read_scenario(options.path);
        Rig rig(scenario);
        try {
            rig.run();
        } catch (const ScenarioError& error) {
            complaints.push_back({error.line, error.what()});
        }
        for (Complaint& complaint : check_invariants(scenario, rig))
            complaints.push_back(std::move(complaint));
        for (Complaint& complaint : check_expectations(scenario, rig.events()))
            complaints.push_back(std::move(complaint));
        if (options.twice && complaints.empty()) {
            Rig again(scenario);
            again.run();
            compare(rig, again, complaints);
        }
        if (options.events)
            for (const SimEvent& event : rig.events())
                std::cout << event.to_text() << '\n';
        std::cout << rig.requests().size() << " requests, " << rig.events().size() << " events\n";
    } catch (const ScenarioError& error) {
        complaints.push_back({error.line, error.what()});
    }
    for (const Complaint& complaint : complaints)
        std::cout << options.path << ":" << complaint.line << ": " << complaint.what << '\n';
    return complaints.empty() ? 0 : 1;
}

}  // namespace

}  // namespace crawld

int main(int argc, char** argv) {
    crawld::Options options;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--twice") == 0)
            options.twice = true;
        else if (std::strcmp(argv[i], "--events") == 0)
            options.events = true;
        else
            options.path = argv[i];
    }
    if (options.path.empty()) {
        std::cerr << "usage: scenarios [--twice] [--events] FILE\n";
        return 64;
    }
    return crawld::run(options);
}
