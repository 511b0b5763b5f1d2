import { parseArgs } from 'node:util';
import { type WrongUsage, wrongUsage } from '#core/command-line';
import { type FieldSetting, isFieldName } from '#main/config-files';

export const COMMANDS = ['diff', 'apply', 'fields', 'validate', 'backups', 'rollback', 'profiles', 'pick'] as const;
export type CommandName = (typeof COMMANDS)[number];

export interface ConfigCommandOptions {
  command: CommandName;
  /** Empty: none was named. */
  file: string;
  /** A shipped profile's name, or a profile file's path. */
  profile: string | undefined;
  settings: FieldSetting[];
  /** `pick`: selectors by field. */
  picks: FieldSetting[];
  /** `pick`: the name of the profile to make. */
  name: string | undefined;
  find: string | undefined;
  out: string | undefined;
  /** `pick`: keep the profile among the site's own. */
  save: boolean;
  profileDirectory: string | undefined;
  backup: string | undefined;
  backupDirectory: string | undefined;
  /** SHA-256 in hex of what the file must hold. */
  expectedDigest: string | undefined;
  /** The file as it was when the change was looked at. */
  base: string | undefined;
  json: boolean;
}

export type ParsedConfigArguments = { kind: 'run'; options: ConfigCommandOptions } | { kind: 'help' } | WrongUsage;

export const HELP = `usage: npm run --silent config -- COMMAND [options]

Reads, checks and changes alg_tran_mp.xml and Todb_*.xml; every byte outside the changed values stays as it is.
docs/configuration-files.md says which fields there are, what a profile is, and what is refused.

  diff --file FILE --set FIELD=VALUE …      show a change, and write nothing
  apply --file FILE --set FIELD=VALUE …     make it: a backup first, then the file in one step
  fields --profile NAME [--file FILE]       the fields of a profile, and what FILE has for them
  validate FILE                             ok, or what is wrong and where; FILE may be such an XML file, a profile,
                                            a configuration of the console, or exported environments
  backups --file FILE                       the backups of FILE, the latest first
  rollback --file FILE --backup NAME        put a backup back, and keep the present content as another one
  profiles                                  the profiles that are shipped, and the site's own
  pick FILE [--find TEXT]                   every value of a sample, with a selector that finds it
  pick FILE --name NAME --field FIELD=SELECTOR …
                                            make a profile out of such selectors, and print it

  --profile NAME           a shipped profile (attributes, elements), one of the site's own, or the path of a profile's
                           file; left out: the one that knows the file's root element
  --profile-dir DIRECTORY  where the site's own profiles are; left out: profiles, beside the console's configuration
  --set FIELD=VALUE        may be given several times
  --expect-digest SHA256   apply, rollback: stop where FILE is not that (as diff --json prints it)
  --base FILE              apply: what FILE was when the change was looked at, for the three-way diff
  --backup-dir DIRECTORY   where backups are kept; left out: beside FILE
  --out FILE               pick: write the profile there, where no file is yet
  --save                   pick: keep the profile among the site's own, in place of the one of its name
  --json                   one JSON object on standard output
  --help                   this text

Exit code: 0 when it is done, or there is nothing to do; 1 when something is wrong with the file, the profile or the
change, and nothing was written; 3 when the options are wrong.
`;

/** The command line, or one line that says what is wrong with it. */
export function parseConfigArguments(args: readonly string[]): ParsedConfigArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        file: { type: 'string' },
        profile: { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
        field: { type: 'string', multiple: true, default: [] },
        name: { type: 'string' },
        find: { type: 'string' },
        out: { type: 'string' },
        save: { type: 'boolean', default: false },
        'profile-dir': { type: 'string' },
        backup: { type: 'string' },
        'backup-dir': { type: 'string' },
        'expect-digest': { type: 'string' },
        base: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const [command, positional, ...surplus] = positionals;
    if (command === undefined) return wrong(`a command is missing: ${COMMANDS.join(', ')}`);
    if (!isCommand(command)) return wrong(`there is no command ${JSON.stringify(command)}: ${COMMANDS.join(', ')}`);
    if (surplus.length > 0 || (positional !== undefined && values.file !== undefined))
      return wrong(`one file alone: ${JSON.stringify(surplus[0] ?? positional)} is too much`);
    const options: ConfigCommandOptions = {
      command,
      file: positional ?? values.file ?? '',
      profile: values.profile,
      settings: values.set.map(assignment),
      picks: values.field.map(assignment),
      name: values.name,
      find: values.find,
      out: values.out,
      save: values.save,
      profileDirectory: values['profile-dir'],
      backup: values.backup,
      backupDirectory: values['backup-dir'],
      expectedDigest: values['expect-digest']?.toLowerCase(),
      base: values.base,
      json: values.json,
    };
    const problem = problemOf(options);
    return problem === undefined ? { kind: 'run', options } : wrong(problem);
  } catch (error) {
    return wrong(error);
  }
}

const isCommand = (name: string): name is CommandName => (COMMANDS as readonly string[]).includes(name);

function assignment(text: string): FieldSetting {
  const at = text.indexOf('=');
  if (at <= 0) throw new Error(`${JSON.stringify(text)} is not FIELD=VALUE`);
  return { field: text.slice(0, at), value: text.slice(at + 1) };
}

/** Which options each command has beyond `--file`, `--json` and `--help`. */
const TAKES: Record<CommandName, readonly (keyof ConfigCommandOptions)[]> = {
  diff: ['profile', 'profileDirectory', 'settings'],
  apply: ['profile', 'profileDirectory', 'settings', 'backupDirectory', 'expectedDigest', 'base'],
  fields: ['profile', 'profileDirectory'],
  validate: ['profile', 'profileDirectory'],
  backups: ['backupDirectory'],
  rollback: ['backup', 'backupDirectory', 'expectedDigest'],
  profiles: ['profileDirectory'],
  pick: ['profile', 'profileDirectory', 'find', 'picks', 'name', 'out', 'save'],
};
const OPTION: Partial<Record<keyof ConfigCommandOptions, string>> = {
  profile: '--profile',
  settings: '--set',
  picks: '--field',
  name: '--name',
  find: '--find',
  out: '--out',
  save: '--save',
  profileDirectory: '--profile-dir',
  backup: '--backup',
  backupDirectory: '--backup-dir',
  expectedDigest: '--expect-digest',
  base: '--base',
};

function problemOf(options: ConfigCommandOptions): string | undefined {
  const { command, file, settings, picks, profile, name, backup, expectedDigest } = options;
  for (const [key, option] of Object.entries(OPTION) as [keyof ConfigCommandOptions, string][]) {
    const given = options[key];
    const isGiven = Array.isArray(given) ? given.length > 0 : given !== undefined && given !== false;
    if (isGiven && !TAKES[command].includes(key)) return `${option} is not for ${command}`;
  }
  if (command === 'fields' && profile === undefined && file === '') return '--profile NAME is missing';
  if (command === 'profiles' && file !== '') return 'profiles takes no file';
  if (command !== 'fields' && command !== 'profiles' && file === '')
    return `${command === 'validate' || command === 'pick' ? 'FILE' : '--file FILE'} is missing`;
  if ((command === 'diff' || command === 'apply') && settings.length === 0) return '--set FIELD=VALUE is missing';
  if (command === 'rollback' && !backup) return '--backup NAME is missing (config -- backups lists them)';
  if (expectedDigest !== undefined && !/^[0-9a-f]{64}$/.test(expectedDigest))
    return '--expect-digest is no SHA-256 in hex';
  if (picks.length > 0 !== (name !== undefined)) return '--name NAME and --field FIELD=SELECTOR belong together';
  if ((options.out !== undefined || options.save) && name === undefined) return '--out and --save are for --name NAME';
  if (options.out !== undefined && options.save) return '--out and --save do not go together';
  const unknown = [...settings, ...picks].find(({ field }) => !isFieldName(field));
  if (unknown) return `there is no field ${JSON.stringify(unknown.field)} (config -- fields lists them)`;
  return undefined;
}

const wrong = (cause: unknown): WrongUsage => wrongUsage('config', cause);
