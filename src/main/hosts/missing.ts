const NOT_FOUND = 127;

/**
 * Whether a command did not run because there is no such program. `sudo` says so with a code of its own; and where
 * sudo itself or `timeout` is missing nothing is known of the program. `argv`: what was asked for, with `sudo` where it
 * went through it.
 */
export function isMissing(argv: readonly string[], exitCode: number | null, stderr: string): boolean {
  if (argv[0] === 'sudo' && /^sudo: \S+: command not found$/m.test(stderr)) return true;
  return exitCode === NOT_FOUND && !(argv[0] === 'sudo' && namesMissing(stderr, 'sudo'));
}

/** Whether what a shell, `env` or `timeout` says is that there is no such program, in the words of GNU's and BusyBox's. */
export function namesMissing(stderr: string, program: string): boolean {
  const name = `[‘'"\`]?${program}['’"]?`;
  return new RegExp(
    `(^|[ :])${name}: (command )?not found|(env|run command|execute):? ${name}: No such file|${name}: applet not found`,
    'im',
  ).test(stderr);
}
