// crawld: the command line.
//
//   crawld run --config F [--until-idle]   crawl in the foreground
//   crawld check --config F                read the configuration, print what it means
//   crawld export --config F               write the known URLs with their state
//   crawld import --config F FILE...       take in URLs of seed lists and of other crawlers
//   crawld verify --config F               check the state and the archive, changing nothing
//   crawld repair --config F               a fresh state of what is left of a damaged one
//   crawld events                          print the catalogue of events
//   crawld version
//
// Exit codes are those of base/result.h; usage errors are 64.
#include <CLI/CLI.hpp>
#include <iostream>
#include <thread>

#include "base/check.h"
#include "config/budget.h"
#include "config/config.h"
#include "config/print.h"
#include "daemon/commands.h"
#include "daemon/daemon.h"
#include "daemon/system.h"
#include "log/events.h"

namespace {

using namespace crawld;

int check(const std::string& path) {
    const auto loaded = load_config_file(path);
    if (!loaded) return print_config_failure(loaded.error());
    for (const std::string& warning : loaded->warnings)
        std::cerr << "warning: " << warning << '\n';
    std::cout << print_effective(loaded->config) << '\n'
              << render_budget(budget_of(loaded->config, std::thread::hardware_concurrency()));
    return 0;
}

struct Arguments {
    std::string config_path = "/etc/crawld/crawld.yaml";
    RunArguments run;
    ExportArguments known;  // to be exported
    std::string row_form = "jsonl";
    ImportArguments import;
    std::string import_format = "auto";
    std::string import_as = "queued";
    VerifyArguments verify;
    RepairArguments repair;
};

template <NamedEnum E>
std::vector<std::string> names_of(E) {
    const auto names = enum_names(E{});
    return {names.begin(), names.end()};
}

void declare_run(CLI::App& command, RunArguments& arguments) {
    command.add_flag("--until-idle", arguments.until_idle, "End when nothing is left to crawl");
}

void declare_export(CLI::App& command, Arguments& all) {
    ExportArguments& arguments = all.known;
    command.add_option("--format", all.row_form, "jsonl, an object a line, or csv")
        ->check(CLI::IsMember(names_of(RowForm{})))
        ->capture_default_str();
    command.add_option("--output,-o", arguments.output,
                       "A file, which is there when it is whole; standard output without");
    command
        .add_option("--log", arguments.logs,
                    "A crawl log to take the text of settled URLs from; may be given more than "
                    "once. Without: that of the configuration and those rotated away from it")
        ->allow_extra_args(false);
}

void declare_import(CLI::App& command, Arguments& all) {
    command.add_option("--format", all.import_format, "auto: by the file's content")
        ->check(CLI::IsMember(names_of(ImportFormat{})))
        ->capture_default_str();
    command
        .add_option("--as", all.import_as,
                    "queued: to be fetched; seen: what was fetched elsewhere is not fetched again")
        ->check(CLI::IsMember(names_of(ImportAs{})))
        ->capture_default_str();
    command
        .add_option("FILE", all.import.files,
                    "Seed lists, CDX, CDXJ, Heritrix's crawl.log; - is standard input")
        ->required();
}

constexpr const char* kLogHelp =
    "A crawl log to read; may be given more than once. Without: that of the configuration and "
    "those rotated away from it";

void declare_repair(CLI::App& command, RepairArguments& arguments) {
    command.add_option("--log", arguments.logs, kLogHelp)->allow_extra_args(false);
    command.add_flag("--force", arguments.force, "Also where verify would find nothing wrong");
    command.add_flag("--lost", arguments.lost,
                     "Sealed archive files that are not there were not moved away but are lost: "
                     "their pages are fetched again");
}

void declare_verify(CLI::App& command, VerifyArguments& arguments) {
    command.add_flag("--moved", arguments.moved,
                     "Sealed archive files that are not there were moved away on purpose");
}

int dispatch(CLI::App& app, Arguments& arguments) {
    arguments.run.config_path = arguments.known.config_path = arguments.import.config_path =
        arguments.verify.config_path = arguments.repair.config_path = arguments.config_path;
    if (app.got_subcommand("run")) return Daemon(arguments.run).run();
    if (app.got_subcommand("check")) return check(arguments.config_path);
    if (app.got_subcommand("export")) {
        CRAWLD_CHECK(parse_text(arguments.row_form, arguments.known.form).has_value());
        return run_export(arguments.known);
    }
    if (app.got_subcommand("import")) {
        CRAWLD_CHECK(parse_text(arguments.import_format, arguments.import.format) &&
                     parse_text(arguments.import_as, arguments.import.as));
        return run_import(arguments.import);
    }
    if (app.got_subcommand("verify")) return run_verify(arguments.verify);
    if (app.got_subcommand("repair")) return run_repair(arguments.repair);
    if (app.got_subcommand("events"))
        std::cout << render_events();
    else
        std::cout << "crawld " << CRAWLD_VERSION << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    hold_signals();
    tune_allocator();
    CLI::App app{"crawld: a polite crawler that loses nothing"};
    app.require_subcommand(1);
    Arguments arguments;
    CLI::App* run = app.add_subcommand("run", "Crawl in the foreground");
    declare_run(*run, arguments.run);
    CLI::App* check = app.add_subcommand("check", "Read the configuration and print what it means");
    CLI::App* known = app.add_subcommand("export", "Write the known URLs with their state");
    declare_export(*known, arguments);
    CLI::App* import = app.add_subcommand("import", "Take in URLs of lists and other crawlers");
    declare_import(*import, arguments);
    CLI::App* verify =
        app.add_subcommand("verify", "Check the state and the archive, changing nothing");
    declare_verify(*verify, arguments.verify);
    CLI::App* repair =
        app.add_subcommand("repair", "Make a fresh state of what is left of a damaged one");
    declare_repair(*repair, arguments.repair);
    for (CLI::App* command : {run, check, known, import, verify, repair})
        command->add_option("--config,-c", arguments.config_path, "The configuration file")
            ->capture_default_str();
    app.add_subcommand("events", "Print the catalogue of events");
    app.add_subcommand("version", "Print the version");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_code(ErrorCode::usage);
    }
    return dispatch(app, arguments);
}
