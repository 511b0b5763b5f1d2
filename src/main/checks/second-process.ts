import type { ListedProcess } from './parsers/processes.ts';

/** By what an instance may be named in its command line. */
export interface InstanceNames {
  instance: string;
  node: string;
}

/**
 * Whether two command lines are of one instance. `by-place`: if both run in the same directory. `likely`: the same, and
 * where the directories are not shown it is still more likely than not.
 */
export type Likeness = 'same' | 'likely' | 'by-place' | 'other';

/** A process that may be a second one of the instance. */
export interface SecondProcess {
  process: ListedProcess;
  likeness: Exclude<Likeness, 'other'>;
}

/**
 * Which processes may be further ones of the instance that the registered process is of: those with the same program and
 * the same arguments as far as they say which instance it is. Its own ancestors and descendants are none (a wrapper, a
 * worker), nor are those of a further one that is named already.
 */
export function secondProcesses(
  processes: readonly ListedProcess[],
  registered: ListedProcess,
  names: InstanceNames,
): SecondProcess[] {
  const parents = parentsOf(processes);
  const family = familyOf(processes, registered, parents, names);
  const found = processes.flatMap((process): SecondProcess[] => {
    const likeness = likenessOf(registered.command, process.command, names);
    const isOwn = family.has(process.pid) || ancestorsOf(process.pid, parents).some((pid) => family.has(pid));
    return likeness === 'other' || isOwn ? [] : [{ process, likeness }];
  });
  const pids = new Set(found.map(({ process }) => process.pid));
  return found.filter(({ process }) => !ancestorsOf(process.pid, parents).some((pid) => pids.has(pid)));
}

/** The registered process with its ancestors that are like it, as a master is like its workers: theirs belong to it. */
function familyOf(
  processes: readonly ListedProcess[],
  registered: ListedProcess,
  parents: ReadonlyMap<number, number | null>,
  names: InstanceNames,
): Set<number> {
  const elders = new Set(ancestorsOf(registered.pid, parents));
  const alike = processes.filter(
    ({ pid, command }) => elders.has(pid) && likenessOf(registered.command, command, names) !== 'other',
  );
  return new Set([registered.pid, ...alike.map(({ pid }) => pid)]);
}

/** Who has started whom. */
export function parentsOf(processes: readonly ListedProcess[]): Map<number, number | null> {
  return new Map(processes.map(({ pid, parent }) => [pid, parent]));
}

/** Who has started a process, who has started that one, and so on; numbers that are used again may lead back. */
export function ancestorsOf(pid: number, parents: ReadonlyMap<number, number | null>): number[] {
  const found = new Set<number>();
  for (let each = parents.get(pid); each && each !== pid && !found.has(each); each = parents.get(each)) found.add(each);
  return [...found];
}

/** Tools that are given an instance's names without being it: shells, and whatever looks for it or starts it. */
const NO_INSTANCE =
  /^(sh|bash|dash|ash|zsh|ksh|fish|su|sudo|doas|env|nohup|setsid|timeout|npm|npx|grep|egrep|ps|ssh|scp|vi|vim|less|tail|journalctl|systemctl)$/;

/**
 * Processes that carry the instance's and the node's name as values of their own, without those that another such one has
 * started. Names alone are a hint, no proof.
 */
export function processesNaming(
  processes: readonly ListedProcess[],
  { instance, node }: InstanceNames,
): ListedProcess[] {
  const found = processes.filter(({ command }) => {
    const words = wordsOf(command);
    const values = [...words.values.values()].flat();
    return values.includes(instance) && values.includes(node) && !NO_INSTANCE.test(baseName(words.program));
  });
  const pids = new Set(found.map(({ pid }) => pid));
  const parents = parentsOf(processes);
  return found.filter(({ pid }) => !ancestorsOf(pid, parents).some((each) => pids.has(each)));
}

interface Words {
  program: string;
  /** By its option: what follows it; under the empty one what follows none. */
  values: Map<string, string[]>;
}

/** Options whose values do not say which instance it is: a process that is started once more may have others. */
const INDIFFERENT = /port|log|level|debug|verbos|time|interval|-ms$|host|listen|address|advertise|session|token/i;

/** Compares the command line of the registered process with another one. */
export function likenessOf(registered: string, other: string, names: InstanceNames): Likeness {
  const [a, b] = [wordsOf(registered), wordsOf(other)];
  if (baseName(a.program) === '' || baseName(a.program) !== baseName(b.program)) return 'other';
  const values = [...a.values.values()].flat();
  const named = [names.instance, names.node].find((name) => values.includes(name));
  // Nothing in it is known to be a name: then nothing in it may differ.
  if (named === undefined)
    return registered !== other ? 'other' : absolutePathsOf(a).length > 0 ? 'likely' : 'by-place';
  if (!holdsNamesOf(a, b, names) || differs(a, b)) return 'other';
  // Both instances of a pair carry the node's name.
  if (!values.includes(names.instance)) return 'by-place';
  const shared = [a.program, ...absolutePathsOf(a)].some(
    (path) => isAbsolute(path) && [b.program, ...absolutePathsOf(b)].includes(path),
  );
  return shared ? 'same' : 'by-place';
}

/** Whether the other one has every name of the first at the same option. */
function holdsNamesOf(a: Words, b: Words, { instance, node }: InstanceNames): boolean {
  return [...a.values].every(([option, values]) =>
    values.every((value) => (value !== instance && value !== node) || b.values.get(option)?.includes(value)),
  );
}

/** Whether an option that both have says something else: a directory, a name, a number. */
function differs(a: Words, b: Words): boolean {
  return [...a.values].some(([option, values]) => {
    const others = b.values.get(option);
    if (others === undefined || (option !== '' && INDIFFERENT.test(option))) return false;
    return values.length !== others.length || values.some((value, at) => !isSame(value, others[at] ?? ''));
  });
}

/** A path may be written from the root, or from where the process was started. */
function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  const relative = short.replace(/^\.[/\\]/, '');
  return isAbsolute(long) && !isAbsolute(short) && /[/\\]/.test(relative) && long.endsWith(`/${relative}`);
}

const isAbsolute = (path: string): boolean => /^(\/.|[A-Za-z]:[\\/]|\\\\)/.test(path);

function absolutePathsOf({ values }: Words): string[] {
  return [...values].flatMap(([option, each]) => (/log/i.test(option) ? [] : each.filter(isAbsolute)));
}

function baseName(program: string): string {
  return (program.split(/[/\\]/).at(-1) ?? '').replace(/\.exe$/i, '').toLowerCase();
}

/** `ps` does not show where an argument ends; what holds spaces falls into the same pieces in either command line. */
function wordsOf(command: string): Words {
  const [program = '', ...rest] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  const values = new Map<string, string[]>();
  const add = (option: string, value: string) => values.set(option, [...(values.get(option) ?? []), value]);
  let option = '';
  for (const word of rest) {
    const [, name = '', value] = /^(--?[A-Za-z][^=]*|[A-Za-z_][\w.-]*(?==))(?:=(.*))?$/.exec(word) ?? [];
    if (name === '') add(option, word);
    else if (value !== undefined) add(name, value);
    option = name !== '' && value === undefined ? name : '';
  }
  return { program, values };
}
