// Real pages to compare scanner and tree on: the HTML documentation installed on this machine, and
// the suites of others.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace crawld::corpora {

struct Corpus {
    std::string_view package;  // of Debian, for the message where it is absent
    std::filesystem::path root;
};

inline const std::vector<Corpus> kInstalled = {
    {"python3.11-doc", "/usr/share/doc/python3.11/html"},
    {"postgresql-doc-15", "/usr/share/doc/postgresql-doc-15/html"},
    {"sqlite3-doc", "/usr/share/doc/sqlite3"},
    {"debian-handbook", "/usr/share/doc/debian-handbook"},
    {"rust-doc", "/usr/share/doc/rust-doc/html"},
};

// Every HTML file below the root, sorted.
std::vector<std::filesystem::path> html_files(const Corpus& corpus);

// The file as UTF-8: what is not valid is taken for ISO-8859-1.
std::string read_page(const std::filesystem::path& file);

// The #data sections of a file of html5lib-tests.
std::vector<std::string> html5lib_inputs(const std::filesystem::path& file);

}  // namespace crawld::corpora
