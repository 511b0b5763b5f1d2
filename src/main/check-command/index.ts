// `npm run check`: the checks of a pair from the command line, without the screen, and the remount of one mount.
// Arguments, the pair that is meant, the report in JSON and in words, the exit code.
export { type CheckCommandOptions, HELP, parseCheckArguments } from './arguments.ts';
export { CHECK_EXIT, runCheckCommand } from './command.ts';
