// `npm run config`: configuration files of the servers from the command line, without the screen: a change shown and
// made, fields, validation, backups, and profiles out of a site's own sample.
export { type ConfigCommandOptions, HELP, parseConfigArguments } from './arguments.ts';
export { runConfigCommand } from './command.ts';
export { CONFIG_EXIT } from './outcome.ts';
