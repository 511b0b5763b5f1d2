/** `npm run config`: the servers' configuration files; the exit code says what came of it. */
import { homedir } from 'node:os';
import { systemClock } from '#core/clock';
import { outliveReaders } from '#core/command-line';
import {
  CONFIG_EXIT,
  type ConfigCommandOptions,
  HELP,
  parseConfigArguments,
  runConfigCommand,
} from '#main/config-command';
import { localConfigFiles, profileDirectory } from '#main/config-files';
import { configPath } from '#main/environments';
import { nearestLocale } from '#shared/i18n';

async function run(options: ConfigCommandOptions): Promise<void> {
  const locale = nearestLocale(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG);
  const { out, trouble, code } = await runConfigCommand(options, {
    clock: systemClock,
    files: localConfigFiles(),
    locale,
    profileDirectory: profileDirectory(configPath({ platform: process.platform, env: process.env, home: homedir() })),
  });
  process.stderr.write(trouble);
  process.stdout.write(out);
  process.exitCode = code;
}

outliveReaders();
const parsed = parseConfigArguments(process.argv.slice(2));
if (parsed.kind === 'run') await run(parsed.options);
else if (parsed.kind === 'help') process.stdout.write(HELP);
else {
  process.stderr.write(`${parsed.line}\n`);
  process.exitCode = CONFIG_EXIT.wrong;
}
