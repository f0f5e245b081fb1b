#include "faults/hostile_rules.h"

#include <functional>

#include "base/prng.h"
#include "faults/hostile_inputs.h"

namespace crawld::test {

namespace {

constexpr size_t kPathBytes = 2'000;

class Words {
  public:
    std::string of(size_t bytes, size_t alphabet) {
        std::string text;
        while (text.size() < bytes)
            text += static_cast<char>('a' + prng_.below(alphabet));
        return text;
    }
    // A '*' and some bytes of the path between the two places.
    std::string star(const std::string& path, size_t from, size_t to, size_t bytes) {
        return "*" + path.substr(from + prng_.below(to - from - bytes), bytes);
    }

  private:
    Prng prng_{11};
};

std::string file(size_t rules, const std::function<std::string(size_t number)>& rule) {
    std::string text = "User-agent: *\n";
    for (size_t number = 0; number < rules; ++number)
        text += "Disallow: /" + rule(number) + "\n";
    return text;
}

}  // namespace

std::vector<HostileRules> hostile_rules(size_t rules) {
    Words words;
    const std::string few = "/" + words.of(kPathBytes, 2);
    const std::string many = "/" + words.of(kPathBytes, 26);
    const std::string same = "/" + std::string(kPathBytes, 'a');
    const auto made = [&](const auto& rule) { return file(rules, rule); };
    const auto numbered = [](const char* rule) {
        return [rule](size_t n) { return rule + std::to_string(n); };
    };
    return {
        {"literals", made(numbered("")), "/5000"},
        {"a star each", made(numbered("*")), many},
        {"many stars", made(numbered("*a*a*a*a*a*a*a*a")), same},
        {"one letter", made([](size_t n) { return "*" + std::string(n % 40, 'a') + "*b"; }), same},
        {"anchored", made([](size_t n) { return "*a*" + std::to_string(n) + "$"; }), many},
        {"digits", made([](size_t n) { return "*" + std::to_string(n) + "*x"; }),
         "/" + repeated("%d", kPathBytes)},
        {"in the wrong order", made([&](size_t) {
             return words.star(many, 1'000, 2'000, 12) + words.star(many, 0, 990, 12);
         }),
         many},
        {"short ones in the wrong order", made([&](size_t) {
             return words.star(many, 1'000, 2'000, 5) + words.star(many, 0, 990, 6);
         }),
         many},
        {"two letters in the wrong order", made([&](size_t) {
             return words.star(few, 1'000, 2'000, 16) + words.star(few, 0, 990, 20);
         }),
         few},
        {"two letters", made([&](size_t) {
             return "*" + words.of(8, 2) + "*" + words.of(9, 2) + "*" + words.of(10, 2) + "*z";
         }),
         few},
        {"two letters, no end", made([&](size_t) {
             return "*" + words.of(13, 2) + "*" + words.of(14, 2) + "*" + words.of(12, 2);
         }),
         few},
        {"queries", made([](size_t n) { return "*?*a" + std::to_string(n) + "=*&b"; }),
         "/?" + repeated("a%d=1&c&", kPathBytes)},
        {"escapes", made([&](size_t n) {
             return "*%2F" + words.of(3, 3) + "%2F" + std::to_string(n % 100) + "*" + "b";
         }),
         "/" + repeated("abc%2F%d%2Fabc", kPathBytes)},
    };
}

std::vector<HostileRules> most_hostile_rules(size_t rules) {
    Words words;
    const std::string many = "/" + words.of(kPathBytes, 26);
    // What is before the middle and behind it is the same.
    const std::string side = words.of(600, 26);
    const std::string sides = "/" + side + words.of(800, 26) + side;
    std::string often = "/";
    while (often.size() < 500)
        often += "x" + words.of(1, 20);
    often += words.of(1'500, 20) + "x";
    const auto made = [&](const auto& rule) { return file(rules, rule); };
    return {
        {"all different, in the wrong order", made([&](size_t n) {
             const size_t bytes = 8 + n / 960;
             return "*" + many.substr(1'000 + n % 960, bytes) + "*" +
                    many.substr(1 + n % 960, bytes);
         }),
         many},
        {"the second one only early and late", made([&](size_t n) {
             return words.star(sides, 640, 900, 10) + words.star(sides, 0, 600, 10 + n % 5) +
                    words.star(sides, 1'100, 1'390, 10);
         }),
         sides},
        {"and ends of each other", made([&](size_t n) {
             return words.star(sides, 640, 900, 6) + words.star(sides, 0, 600, 4 + n % 23) +
                    words.star(sides, 1'100, 1'390, 6);
         }),
         sides},
        {"and the same often", made([&](size_t) {
             return words.star(often, 600, 900, 10) + "*x" + words.star(often, 1'200, 1'900, 11);
         }),
         often},
        {"three of its own, in the wrong order", made([&](size_t n) {
             const size_t at = n % 640;
             const size_t bytes = 6 + n / 640;
             return "*" + many.substr(700 + at, bytes) + "*" + many.substr(1'350 + at % 600, 6) +
                    "*" + many.substr(1 + at, bytes);
         }),
         many},
        {"three of its own, the second one only early and late", made([&](size_t n) {
             const size_t at = n % 580;
             const size_t bytes = 6 + n / 580;
             return "*" + sides.substr(605 + at, bytes) + "*" + side.substr(at, bytes) + "*" +
                    sides.substr(605 + 7 * at % 570, 6);
         }),
         sides},
        {"ends of each other that are everywhere", made([](size_t n) {
             const auto a = [](size_t bytes) { return "*" + std::string(bytes, 'a'); };
             if (n % 5 == 0) return a(1 + n / 5 % 130) + "*c*b";
             return a(1 + n % 22) + a(1 + n / 22 % 22) + a(1 + n / 484 % 22) + "*b";
         }),
         "/b" + std::string(kPathBytes / 2, 'a') + "c" + std::string(kPathBytes / 2 - 3, 'a')},
        {"one letter each", made([&](size_t) {
             std::string rule;
             for (int i = 0; i < 15; ++i)
                 rule += "*" + words.of(1, 3);
             return rule + "*z";
         }),
         "/" + words.of(24, 3) + std::string(kPathBytes - 25, '-') + "z"},
    };
}

std::vector<HostileRules> longest_hostile_rules(size_t rules) {
    constexpr size_t kLetters = 20;
    Words words;
    // What comes last is in order only for who has not yet come so far.
    const std::string path = "/" + words.of(99, kLetters) + "Y" + words.of(1'200, kLetters) + "Z" +
                             words.of(99, kLetters) + "Y" + words.of(598, kLetters);
    const auto made = [&](size_t pieces, size_t bytes) {
        return file(rules, [&](size_t) {
            std::string rule;
            for (size_t i = 0; i < pieces; ++i)
                rule += "*" + words.of(bytes, kLetters);
            return rule + "*Y*Z";
        });
    };
    return {{"nine pairs of letters", made(9, 2), path}, {"eighteen letters", made(18, 1), path}};
}

}  // namespace crawld::test
