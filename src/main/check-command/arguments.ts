import { readOptions, type WrongUsage, wrongUsage } from '#core/command-line';

export interface CheckCommandOptions {
  config: string;
  /** The pair's id, `environment/pair`, or its node name. */
  pair: string;
  json: boolean;
  strict: boolean;
  acceptNewHostKeys: boolean;
  /** The instance whose mount is to be made anew; undefined: checks alone. */
  remount: string | undefined;
  dryRun: boolean;
  /** Do not ask before a remount. */
  yes: boolean;
}

export type ParsedCheckArguments = { kind: 'run'; options: CheckCommandOptions } | { kind: 'help' } | WrongUsage;

export const HELP = `usage: npm run check -- --config FILE --pair PAIR [options]

Looks at both servers of a pair: mount, redo, Todb, database, ports, firewall, process, ZooKeeper and so on.
docs/checks.md says what each check looks at, what it runs there, and how servers are configured.

  --config FILE           the configuration file
  --pair PAIR             the pair: its id, ENVIRONMENT/PAIR where the id is not unique, or its node name
  --json                  one JSON object on standard output
  --strict                a warning counts as a failure
  --accept-new-host-keys  take an SSH host that nothing is known of at its word, and note its key
  --remount INSTANCE      make this instance's configured mount anew, then check it
  --dry-run               --remount: show what is mounted, what should be, and the commands; run none that changes anything
  --yes                   --remount: do not ask first
  --help                  this text

Exit code: 0 when everything passes or warns, 1 when something fails (or warns, with --strict), 2 when nothing fails but
something is not known, 3 when the configuration or the options are wrong.
`;

/** The command line, or one line that says what is wrong with it. */
export function parseCheckArguments(args: readonly string[]): ParsedCheckArguments {
  try {
    const values = readOptions(args, {
      config: { type: 'string' },
      pair: { type: 'string' },
      json: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      'accept-new-host-keys': { type: 'boolean', default: false },
      remount: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    });
    if (values.help) return { kind: 'help' };
    const { config, pair, remount } = values;
    if (!config) return wrong('--config FILE is missing');
    if (!pair) return wrong('--pair PAIR is missing');
    if (remount === undefined && (values['dry-run'] || values.yes))
      return wrong('--dry-run and --yes are for --remount');
    const options: CheckCommandOptions = {
      config,
      pair,
      remount,
      json: values.json,
      strict: values.strict,
      acceptNewHostKeys: values['accept-new-host-keys'],
      dryRun: values['dry-run'],
      yes: values.yes,
    };
    return { kind: 'run', options };
  } catch (error) {
    return wrong(error);
  }
}

const wrong = (cause: unknown): WrongUsage => wrongUsage('check', cause);
