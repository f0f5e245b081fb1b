#include "conformance/html/corpora.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace crawld::corpora {
namespace fs = std::filesystem;
namespace {

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

size_t utf8_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead < 0xe0) return 2;
    if (lead >= 0xe0 && lead < 0xf0) return 3;
    return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

bool looks_like_utf8(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
        const size_t length = utf8_length(static_cast<unsigned char>(text[i]));
        if (length == 0 || length > text.size() - i) return false;
        for (size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        i += length;
    }
    return true;
}

}  // namespace

std::vector<fs::path> html_files(const Corpus& corpus) {
    std::vector<fs::path> files;
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(corpus.root, none)) {
        const std::string extension = entry.path().extension();
        if ((extension == ".html" || extension == ".htm") && entry.is_regular_file())
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string read_page(const fs::path& file) {
    std::string bytes = read_file(file);
    if (looks_like_utf8(bytes)) return bytes;
    std::string text;
    for (char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xc0 | byte >> 6);
            text += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return text;
}

std::vector<std::string> html5lib_inputs(const fs::path& file) {
    constexpr std::string_view kData = "#data\n";
    const std::string text = read_file(file);
    std::vector<std::string> inputs;
    size_t at = text.starts_with(kData) ? 0 : std::string::npos;
    while (at != std::string::npos) {
        const size_t begin = at + kData.size();
        const size_t end = text.find("\n#errors", begin - 1);
        if (end == std::string::npos) break;
        inputs.push_back(end < begin ? "" : text.substr(begin, end - begin));
        at = text.find("\n\n#data\n", end);
        if (at != std::string::npos) at += 2;
    }
    return inputs;
}

}  // namespace crawld::corpora
