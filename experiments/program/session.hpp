#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/progress.hpp"
#include "core/text_file.hpp"
#include "core/world.hpp"
#include "results/output_file.hpp"
#include "results/provenance.hpp"
#include "scoring/as_of.hpp"
#include "scoring/model.hpp"

namespace rolecall::program {

// One run of the program: what every command has, and what the chosen one will do.
struct Session {
  std::vector<std::string> arguments;  // as typed, the program first
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::size_t threads = 0;  // 0: all of the machine
  bool quiet = false;
  bool force = false;
  bool plan = false;         // say what it would take, and stop
  bool profile = false;      // say at the end what it took
  std::string profile_file;  // likewise in JSON; empty: none
  std::function<int()> run;  // gives the exit code

  Overwrite overwrite() const { return force ? Overwrite::yes : Overwrite::no; }

  // On standard error, unless --quiet.
  void say(const std::string& line) const;
  void warn(const std::string& line) const;

  // A bar on a terminal; nothing when piped or quiet.
  std::unique_ptr<Progress> progress() const;

  double seconds() const;  // since the start

  // How a file came to be: this program and machine, the command, and its parameters in JSON.
  Provenance provenance(std::string parameters) const;
};

// Adds --threads, --quiet, --force and --version.
void add_common_options(CLI::App& command, Session& session);

// "rolecall 0.1.0 (COMMIT)".
std::string version_text();

// Adds --profile and --profile-json, to commands that work themselves.
void add_profile_options(CLI::App& command, Session& session);

// Adds --plan, to commands that can take long.
void add_plan_option(CLI::App& command, Session& session);

// Adds --format, of tables that are printed.
void add_format_option(CLI::App& command, std::string& format);

// Reads a world.h5 or imports a CSV bundle folder; warnings go to standard error. `digest`, unless
// null, receives its content digest.
World load_world(const std::string& path, const Session& session, std::string* digest = nullptr);

// The world, and a built-in model, a file.toml, or of a generated world "vendor" or "truth".
std::pair<World, Model> load_world_and_model(const std::string& world, const std::string& model,
                                             const Session& session);

// Gives a world without memberships those of the model's conditions, with a note.
void assign_missing_roles(World& world, const Model& model, const AsOf& as_of,
                          const Session& session);

// Adds WORLD and --model, for it.
void add_world_and_model_options(CLI::App& command, std::string& world, std::string& model);

// Throws, before any work is done, what writing the output would throw at its end, and when that
// would replace the input, or a file of the input folder.
void require_writable(const std::string& output, const std::string& input, Overwrite overwrite);

// Throws unless the output, when one is named, ends in one of the extensions, of two or more.
void require_extension(const std::string& output, std::initializer_list<std::string_view> known);

// Takes the next piece of a text.
using TextSink = std::function<void(std::string_view)>;

// Writes a text into an output, for its owner to commit.
void fill(const OutputFile& output, const std::string& text);

// Writes a text file, whole or not at all; of any length when it is produced piece by piece.
void write_text(const std::string& path, const std::string& text, Overwrite overwrite);
void write_text(const std::string& path, const std::function<void(const TextSink&)>& produce,
                Overwrite overwrite);

// Registers one subcommand each.
void add_generate(CLI::App& app, Session& session);
void add_audit(CLI::App& app, Session& session);
void add_import(CLI::App& app, Session& session);
void add_score(CLI::App& app, Session& session);
void add_explain(CLI::App& app, Session& session);
void add_series(CLI::App& app, Session& session);
void add_evaluate(CLI::App& app, Session& session);
void add_run(CLI::App& app, Session& session);
void add_studies(CLI::App& app, Session& session);
void add_runs(CLI::App& app, Session& session);
void add_simulate(CLI::App& app, Session& session);
void add_scenarios(CLI::App& app, Session& session);
void add_reproduce(CLI::App& app, Session& session);
void add_deals(CLI::App& app, Session& session);
void add_diff(CLI::App& app, Session& session);
void add_report(CLI::App& app, Session& session);
void add_info(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_models(CLI::App& app, Session& session);
void add_groups(CLI::App& app, Session& session);

}  // namespace rolecall::program
