#include "url/shape.h"

#include <algorithm>
#include <vector>

namespace crawld {

namespace {

template <class Visit>
void for_each_segment(std::string_view path, Visit visit) {
    while (!path.empty()) {
        const size_t end = std::min(path.find('/'), path.size());
        if (end > 0) visit(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
}

}  // namespace

size_t count_segments(std::string_view path) {
    size_t count = 0;
    for_each_segment(path, [&](std::string_view) { ++count; });
    return count;
}

size_t count_repeats(std::string_view path) {
    std::vector<std::string_view> segments;
    for_each_segment(path, [&](std::string_view segment) { segments.push_back(segment); });
    std::sort(segments.begin(), segments.end());
    size_t most = 0;
    size_t run = 0;
    for (size_t i = 0; i < segments.size(); ++i) {
        run = i > 0 && segments[i] == segments[i - 1] ? run + 1 : 1;
        most = std::max(most, run);
    }
    return most;
}

}  // namespace crawld
