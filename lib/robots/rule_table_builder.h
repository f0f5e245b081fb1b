// RuleTable::Builder: arranges ranked rules into the table's parts.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "robots/rule_table.h"

namespace crawld {

class RuleTable::Builder {
  public:
    explicit Builder(RuleTable& table) : table_(table) {}

    void build(std::vector<Rule> rules);

  private:
    void add(const Rule& rule);
    void add_glob(const Pattern& pattern, uint32_t rank);
    uint32_t number_of(const std::string& piece);
    Text store(std::string_view text);
    void sort_literals(std::vector<Literal>& literals);
    void link_parents();
    void store_pieces();
    void index_pieces();
    void trim();

    RuleTable& table_;
    std::unordered_set<std::string> globs_seen_;
    std::unordered_map<std::string, uint32_t> numbers_;
    std::vector<std::string> pieces_;  // by number
};

}  // namespace crawld
