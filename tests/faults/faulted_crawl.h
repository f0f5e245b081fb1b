// FaultedCrawl: a crawl of sixty pages by the whole service, with an archive, on disks of which one
// operation fails; and the oracle that says what must hold in the end, whatever failed.
//
// The web is a pure function of a page's number: a tree, so that each page is found by one link
// only and a link that is lost is a page that is lost; over three hosts, with a redirect, a page
// that is not there, and one that fails at first.
//
// Judged (contract, Durability): all of tests/scenarios/invariants.h (D1, D4, D5, D6, refetches at
// a crash) and archive_check.h (D2, D3, D6), and of the archive against the web's own record:
//   D1, D2  the archive has a record of every page that can be reached, and one a visit
//   D2      what was asked for more than once is no more than was under way at the crashes
//   D3, D6  every place that the state names has its record, whole
//
// Test: power_faults_test.cc
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/rig.h"
#include "scenarios/scenario.h"

namespace crawld::test {

class FaultedCrawl {
  public:
    // URLs of responses, by where in their file they begin.
    using Responses = std::map<uint64_t, std::string>;

    // `steps`: lines of a scenario (rig.h). At their end the crawl has come to its end too.
    explicit FaultedCrawl(const std::vector<std::string>& steps, uint64_t seed = 1);

    // Runs it; what was wrong, a line each.
    std::string run();
    // The steps alone; for what is not the end of a crawl.
    void run_steps() { rig_.run(); }
    Rig& rig() { return rig_; }

  private:
    void check_pages();
    void check_refetches();
    void check_places();
    void complain(const std::string& what) { complaints_ += what + "\n"; }

    Scenario scenario_;
    Rig rig_;
    std::map<std::string, Responses> responses_;  // by file
    std::string complaints_;
};

}  // namespace crawld::test
