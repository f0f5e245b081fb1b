// What holds of the archive at the end of every scenario that has one:
//
//   D3  every sealed file is whole records with the right digests, its index has a line for each
//       response and revisit, sorted, and after the last stop nothing is open
//   D3  every revisit refers to a response that is there, with its payload
//   D6  every fetch.settled with a warc_file has its record there, of its URL, and its own
//   D6  every page that came, of those that are listed, has its line in a file of pages, once; and
//       each line has its record
//   D2  there is no record without such a line, but for what a crash kept from being logged
#pragma once

#include <vector>

#include "scenarios/rig.h"
#include "scenarios/scenario.h"

namespace crawld {

std::vector<Complaint> check_archive(Rig& rig);

}  // namespace crawld
