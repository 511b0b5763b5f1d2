/** What needs no quotes in any shell. `=` and `~` have a meaning in some places, so they are quoted. */
const PLAIN = /^[A-Za-z0-9_./:@%+,-]+$/;

/**
 * A command line that a POSIX shell (fish too) takes apart into exactly these arguments. SSH has no argument arrays:
 * the one string goes to the user's shell. Throws a RangeError for an empty command and for what no argument can hold.
 */
export function commandLine(argv: readonly string[]): string {
  if (argv.length === 0) throw new RangeError('an empty command');
  return argv.map(quoted).join(' ');
}

/** What needs no quotes either where a command stands among words for people. */
const SHOWN = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,=-]*$/;

/** A command as a person may copy it into a shell: as {@link commandLine}, with quotes only where they are needed. */
export function shownCommand(argv: readonly string[]): string {
  return argv.map((argument) => (SHOWN.test(argument) ? argument : quoted(argument))).join(' ');
}

/** Single quotes hold everything but themselves; the backslash stands outside as well, since fish reads it inside. */
function quoted(argument: string): string {
  if (argument.includes('\0')) throw new RangeError('an argument holds a NUL');
  if (PLAIN.test(argument)) return argument;
  const pieces = argument.split(/(['\\])/).filter((piece) => piece !== '');
  const quotedPieces = pieces.map((piece) => (piece === "'" || piece === '\\' ? `\\${piece}` : `'${piece}'`));
  return quotedPieces.length === 0 ? "''" : quotedPieces.join('');
}
