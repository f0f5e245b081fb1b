// Inputs of the size of the largest body, made to cost a reader as much as they can.
//
// Test: cost_test.cc
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace crawld::test {

struct HostileInput {
    std::string name;
    std::string bytes;
};

// A page like those that are meant: text, markup, links, so many bytes of it.
std::string plain_page(size_t bytes);
// `piece` again and again. Where it says "%d" each has a number of its own.
std::string repeated(std::string piece, size_t bytes, std::string begin = {});

std::vector<HostileInput> hostile_pages(size_t bytes);
std::vector<HostileInput> hostile_sitemaps(size_t bytes);
std::vector<HostileInput> hostile_robots(size_t bytes);
// Values of header lines.
std::vector<HostileInput> hostile_values(size_t bytes);
// Content codings: the name is the header's value.
std::vector<HostileInput> hostile_codings(size_t bytes);

}  // namespace crawld::test
