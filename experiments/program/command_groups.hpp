#pragma once

#include <string>
#include <utility>

#include "core/timestamp.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"

// The subcommands of `rolecall groups`, each in command_groups_NAME.cpp.
namespace rolecall::program {

void add_groups_check(CLI::App& groups, Session& session);
void add_groups_create(CLI::App& groups, Session& session);
void add_groups_edit(CLI::App& groups, Session& session);  // publish, copy, delete
void add_groups_import(CLI::App& groups, Session& session);
void add_groups_infer(CLI::App& groups, Session& session);
void add_groups_list(CLI::App& groups, Session& session);
void add_groups_maintain(CLI::App& groups, Session& session);
void add_groups_roles(CLI::App& groups, Session& session);
void add_groups_show(CLI::App& groups, Session& session);

// The option --as-of as a date. Throws InputError.
Day read_day(const std::string& text);

// The last day of a world's log. Throws InputError when it has no activities.
Day last_day_of(const World& world);

// Throws InputError unless exactly one of the two is given: a world to write, or --dry-run.
void require_output_or_dry_run(const std::string& output, bool dry_run);

// Adds --playbook and --model, of which one is given: where roles templates come from.
void add_templates_options(CLI::App& command, std::string& playbook, std::string& model);

// The model of either. Throws InputError when there is not exactly one.
Model model_for_groups(const std::string& playbook, const std::string& model);

// Says what a job takes that reads a world and writes another, which `output` names.
int show_plan_of_job(const std::string& world, const std::string& output);

}  // namespace rolecall::program
