// RuleTable::Builder: arranges ranked rules into the table's parts.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "robots/rule_table.h"

namespace crawld {

class RuleTable::Builder {
  public:
    explicit Builder(RuleTable& table) : table_(table) {}

    void build(std::vector<Rule> rules);

  private:
    void add(const Rule& rule);
    // A piece as a glob has it.
    struct Use {
        uint32_t piece;
        bool begins_path;
        bool ends_path;
    };

    void add_glob(const Pattern& pattern, uint32_t rank);
    uint32_t number_of(const std::string& piece);
    Text store(std::string_view text);
    void sort_literals(std::vector<Literal>& literals);
    void link_parents();
    void store_pieces();
    void index_pieces();
    std::vector<PieceUse> piece_uses();
    void trim();

    RuleTable& table_;
    std::unordered_map<std::string, uint32_t> numbers_;
    std::vector<std::string> pieces_;  // by number
    std::vector<PieceIndex::Family>
        families_;  // of each; of its number alone, if it is not indexed
    std::unordered_map<uint32_t, uint32_t> respelt_;  // what the query has for a piece
    std::vector<Use> uses_;
    std::vector<GlobTree::Glob> globs_;
};

}  // namespace crawld
