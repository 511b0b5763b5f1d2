/** `npm run check`: looks at both servers of a pair; the exit code says what was found. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { systemClock, systemRandom } from '#core/clock';
import { outliveReaders } from '#core/command-line';
import { CHECK_EXIT, type CheckCommandOptions, HELP, parseCheckArguments, runCheckCommand } from '#main/check-command';
import { statePath } from '#main/environments';
import { createLocalHost } from '#main/hosts';
import { openSecretStore, SECRETS_FILE } from '#main/secrets';
import { nearestLocale } from '#shared/i18n';

function begin(options: CheckCommandOptions): void {
  const locale = nearestLocale(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG);
  const ask = process.stdin.isTTY ? askOnTerminal : undefined;
  const machine = { platform: process.platform, env: process.env, home: homedir() };
  const passwords = openSecretStore({
    platform: process.platform,
    run: createLocalHost({ clock: systemClock }).run,
    file: join(statePath(machine), SECRETS_FILE),
  });
  const deps = { clock: systemClock, random: systemRandom, env: process.env, passwords, locale, ask };
  void runCheckCommand(options, deps).then(({ out, trouble, code }) => {
    process.stderr.write(trouble);
    // What a hung mount still holds does not keep the command.
    process.stdout.write(out, () => process.exit(code));
  });
}

async function askOnTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(question);
  terminal.close();
  return answer;
}

outliveReaders();
const parsed = parseCheckArguments(process.argv.slice(2));
if (parsed.kind === 'run') begin(parsed.options);
else if (parsed.kind === 'help') process.stdout.write(HELP);
else {
  process.stderr.write(`${parsed.line}\n`);
  process.exitCode = CHECK_EXIT.wrong;
}
