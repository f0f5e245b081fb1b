#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "config/config.h"
#include "config/environment.h"
#include "config/reader.h"
#include "config/validate.h"
#include "config/yaml.h"

namespace crawld {

namespace {

constexpr size_t kFileBytesMax = 64 << 20;
constexpr size_t kReadBytes = 64 << 10;

std::string sentence(const std::string& file, const Problem& problem) {
    return to_string(ConfigError{file, problem.place.line, problem.place.column, problem.message});
}

tl::unexpected<ConfigFailure> failure(const std::string& file, Problems problems) {
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    ConfigFailure out;
    for (Problem& problem : problems)
        out.errors.push_back(
            {file, problem.place.line, problem.place.column, std::move(problem.message)});
    return tl::unexpected(std::move(out));
}

// Relative paths are relative to the file's directory, not to wherever crawld was started.
void resolve(std::string& path, const std::filesystem::path& directory) {
    if (!path.empty()) path = (directory / path).lexically_normal().string();
}

void resolve_paths(CrawldConfig& config, const std::string& file) {
    std::error_code ignored;
    const auto directory = std::filesystem::absolute(file, ignored).parent_path();
    resolve(config.state_dir, directory);
    resolve(config.log.directory, directory);
    resolve(config.network.ca_file, directory);
    for (SeedOption& seed : config.crawl.seeds)
        resolve(seed.file, directory);
}

ConfigFailure unreadable(const std::string& path, int error_number) {
    Error error = errno_error(error_number, "cannot read the configuration");
    const bool denied = error.code == ErrorCode::permission;
    return {denied ? ErrorCode::permission : ErrorCode::configuration,
            {{path, 0, 0, std::move(error.message)}}};
}

}  // namespace

std::string to_string(const ConfigError& error) {
    std::string out = error.file + ":";
    if (error.line > 0)
        out += std::to_string(error.line) + ":" + std::to_string(error.column) + ":";
    return out + " " + error.message;
}

ConfigResult load_config_text(std::string_view text, const std::string& file,
                              const Environment& environment) {
    ReadContext context;
    std::optional<YamlNode> root = parse_yaml(text, context.problems);
    if (!root) return failure(file, std::move(context.problems));
    expand_environment(*root, environment, context.problems);

    LoadedConfig loaded;
    read_section(context, *root, "", loaded.config);
    Problems warnings;
    validate(loaded.config, context, warnings);
    if (!context.problems.empty()) return failure(file, std::move(context.problems));

    resolve_paths(loaded.config, file);
    for (const Problem& warning : warnings)
        loaded.warnings.push_back(sentence(file, warning));
    return loaded;
}

ConfigResult load_config_file(const std::string& path, const Environment& environment) {
    // To open a pipe would wait for its writer, and a reload could not read it again.
    std::error_code unknown;
    const auto kind = std::filesystem::status(path, unknown).type();
    if (std::filesystem::exists(std::filesystem::file_status(kind)) &&
        kind != std::filesystem::file_type::regular)
        return failure(path, {{{}, "cannot read the configuration: it is not a regular file"}});
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) return tl::unexpected(unreadable(path, errno));
    std::string text;
    while (in && text.size() <= kFileBytesMax) {
        const size_t before = text.size();
        text.resize(before + kReadBytes);
        in.read(text.data() + before, kReadBytes);
        text.resize(before + static_cast<size_t>(in.gcount()));
    }
    if (in.bad()) return tl::unexpected(unreadable(path, errno));
    if (text.size() > kFileBytesMax)
        return failure(path, {{{}, "larger than 64 MiB; put many seeds into a file of their own"}});
    return load_config_text(text, path, environment);
}

HostOptions base_host_options(const CrawldConfig& config) {
    return {config.politeness, config.fetch, config.html, config.sitemaps, config.crawl.limits};
}

std::shared_ptr<const HostOptionsTable> make_host_options_table(const CrawldConfig& config) {
    return std::make_shared<const HostOptionsTable>(base_host_options(config), config.hosts);
}

}  // namespace crawld
