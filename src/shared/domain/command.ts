import { z } from 'zod';

/**
 * Programs that a site lets the console run for an instance: to fence it off, to stop and to start it. A command is a
 * list of arguments, the program first: it is run as it stands, never by a shell. `{name}` stands for a value.
 */
export const COMMAND_PLACEHOLDERS = [
  'environment',
  'pair',
  'system',
  'node',
  /** The instance that is to be fenced, stopped or started, its host and its ports. */
  'instance',
  'host',
  't2Port',
  'f2Port',
  /** The instance that is promoted in its place. */
  'to',
  /** The epoch that the switchover has raised. */
  'epoch',
  /** The acting console's fencing token. */
  'token',
  /** The process that is meant: its incarnation and, as far as it was ever registered, its identity on its host. */
  'incarnation',
  'pid',
  'startTime',
  'bootId',
  /** The switchover's id: the same at every run of one switchover, whichever console runs it. */
  'operation',
  /** `planned` or `failover`. */
  'kind',
] as const;
export type CommandPlaceholder = (typeof COMMAND_PLACEHOLDERS)[number];
export type CommandValues = Partial<Record<CommandPlaceholder, string>>;

const PLACEHOLDER = /\{([A-Za-z]\w*)\}/g;
/** `/usr/bin/ssh`, `C:\Tools\fence.exe`: what the search path holds would be anybody's program. */
const ABSOLUTE = /^(\/|[A-Za-z]:[\\/])/;

const isPlaceholder = (name: string): name is CommandPlaceholder =>
  (COMMAND_PLACEHOLDERS as readonly string[]).includes(name);
const knowsAll = (text: string) => [...text.matchAll(PLACEHOLDER)].every(([, name = '']) => isPlaceholder(name));

const argument = z
  .string()
  .max(1_024, 'problem.tooLong')
  .regex(/^\P{Cc}*$/u, 'problem.argument')
  .refine(knowsAll, 'problem.placeholder');

export const commandSchema = z.object({
  /** The program, by its absolute path, and its arguments. */
  arguments: z
    .array(argument)
    .min(1, 'problem.required')
    .max(64, 'problem.manyArguments')
    .refine(([program = '']) => ABSOLUTE.test(program) && !program.includes('{'), {
      message: 'problem.program',
      path: [0],
    }),
  /** After so long it is ended, with everything that it has started. */
  timeoutMs: z
    .number('problem.commandTimeout')
    .int('problem.commandTimeout')
    .min(100, 'problem.commandTimeout')
    .max(300_000, 'problem.commandTimeout')
    .default(10_000),
});
export type CommandConfig = z.infer<typeof commandSchema>;

export const fenceHookSchema = commandSchema.extend({
  /** Whether nobody is promoted without its success; else it is one more way to a proof. */
  required: z.boolean().default(false),
});
export type FenceHook = z.infer<typeof fenceHookSchema>;

/** What a site lets the console run for an instance. */
export const instanceCommandsSchema = z.object({
  fence: fenceHookSchema.optional(),
  stop: commandSchema.optional(),
  start: commandSchema.optional(),
});
export type InstanceCommands = z.infer<typeof instanceCommandsSchema>;
export const COMMAND_PURPOSES = ['fence', 'stop', 'start'] as const;
export type CommandPurpose = (typeof COMMAND_PURPOSES)[number];

export type FilledCommand =
  | { ok: true; arguments: string[] }
  /** `unknown`: nobody knows the value; `unsafe`: it could be taken for something else than a value. */
  | { ok: false; placeholder: CommandPlaceholder; why: 'unknown' | 'unsafe' };

/**
 * Whether a value may be handed to a program: some come out of ZooKeeper, and whoever runs ssh hands them to a shell on
 * the other side. No blank, quote or sign of a shell, and nothing that looks like an option.
 */
function isSafe(value: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._:@-]{0,254}$/u.test(value);
}

/** The command with its values, each within the argument that names it: a value never becomes two arguments. Pure. */
export function fillCommand(template: readonly string[], values: CommandValues): FilledCommand {
  for (const name of placeholdersOf(template)) {
    const value = values[name];
    if (value === undefined) return { ok: false, placeholder: name, why: 'unknown' };
    if (!isSafe(value)) return { ok: false, placeholder: name, why: 'unsafe' };
  }
  return { ok: true, arguments: shownCommand(template, values) };
}

/** The command as it would be run: what is not known before it is run stays the placeholder that it is. Pure. */
export function shownCommand(template: readonly string[], values: CommandValues): string[] {
  return template.map((text) =>
    text.replace(PLACEHOLDER, (whole, name: string) => (isPlaceholder(name) ? (values[name] ?? whole) : whole)),
  );
}

const placeholders = new WeakMap<readonly string[], readonly CommandPlaceholder[]>();

/** Found once: a hook is looked at again and again while its instance is gone. */
function placeholdersOf(template: readonly string[]): readonly CommandPlaceholder[] {
  const known = placeholders.get(template);
  if (known !== undefined) return known;
  const names = template.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name));
  const found = [...new Set(names)].filter(isPlaceholder);
  placeholders.set(template, found);
  return found;
}

/** More of a command's output is not kept. */
export const MAX_KEPT_OUTPUT = 900;

/** A run of a command in a switchover's record: what became of it, for every console and for the journal. */
export const commandRunSchema = z.object({
  purpose: z.enum(COMMAND_PURPOSES),
  instance: z.string().min(1).max(64),
  /** `cut-off`: it was not needed any more; `unfit`: a value of its arguments is not known, or not one to hand on. */
  outcome: z.enum(['running', 'ok', 'failed', 'timeout', 'not-started', 'cut-off', 'unfit']),
  exitCode: z.number().int().nullable(),
  /** How often it was run in this switchover, by whichever console. */
  runs: z.number().int().min(0).max(1_000_000),
  /** Whether the instance answered when it was first run; absent: nobody took that down. */
  answered: z.boolean().optional(),
  startedAtMs: z.number(),
  tookMs: z.number().min(0).nullable(),
  /** The last lines that it said; what looks like a secret is left out. */
  output: z.string().max(MAX_KEPT_OUTPUT),
});
export type CommandRun = z.infer<typeof commandRunSchema>;
