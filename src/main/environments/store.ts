import { createHash } from 'node:crypto';
import type { EditableEnvironment, SaveResult } from '#shared/contract';
import { configFileSchema, type Environment, environmentSchema, type Message, message } from '#shared/domain';
import { toEditable, withStoredCredentials } from './credentials.ts';
import { ConfigFileMissingError, codeOf, type FileContent, readConfigFile, writeConfigFile } from './file.ts';
import { fieldProblems } from './problems.ts';
import { siteProblems } from './site.ts';

export interface SaveRequest {
  /** As the form has it; checked here. */
  environment: Record<string, unknown>;
  /** The id that was edited; absent for a new environment. */
  replaces?: string | undefined;
  /** `[pair index, instance index]` in `environment` of instances whose stored credential stays. */
  keepCredentials: readonly (readonly [number, number])[];
}

/** Why the configuration was not changed; `reason` says it to a person. */
export class ConfigRefusedError extends Error {
  readonly code: 'refused' | 'not-found' | 'unavailable';
  readonly reason: Message;
  constructor(code: 'refused' | 'not-found' | 'unavailable', reason: Message) {
    super(reason.key);
    this.name = 'ConfigRefusedError';
    this.code = code;
    this.reason = reason;
  }
}

/** The environments of the configuration file. Changes go to the file first, and count only once they are there. */
export interface EnvironmentStore {
  readonly file: string;
  /** With their secrets: for the connections, never for a screen. */
  list(): readonly Environment[];
  /** What is wrong with the file; null while it is understood. */
  problem(): Message | null;
  /** True where the file may not be written. */
  readOnly(): boolean;
  /** Throws {@link ConfigRefusedError} where there is no such environment. */
  editable(id: string): EditableEnvironment;
  /** Problems of fields are the result; anything else in the way is a {@link ConfigRefusedError}. */
  save(request: SaveRequest): Promise<SaveResult>;
  remove(id: string): Promise<void>;
  /** What the file holds now, as a word that changes with it. */
  revision(): string;
  /**
   * Adds environments, and replaces those of the same id, all in one write. `revision`: what the operator was shown;
   * refused where the file is another one by now.
   */
  putAll(environments: readonly Environment[], revision: string): Promise<void>;
}

/**
 * Opens the configuration file. `mustExist`: it was named by the operator, and its absence is a
 * {@link ConfigFileMissingError}, not an empty fleet.
 */
export async function openEnvironmentStore(file: string, mustExist: boolean): Promise<EnvironmentStore> {
  let content = await readConfigFile(file);
  if (mustExist && content.ok && content.text === undefined) throw new ConfigFileMissingError(file);
  let queue: Promise<unknown> = Promise.resolve();

  const environments = () => (content.ok ? content.config.environments : []);
  const find = (id: string) => environments().find((environment) => environment.id === id);
  const noEnvironment = (id: string) => new ConfigRefusedError('not-found', message('error.noEnvironment', { id }));

  /** One change after the other, each on what the one before left. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = queue.then(change);
    queue = result.catch(() => undefined);
    return result;
  }

  async function mustBeWritable(): Promise<void> {
    const before = content;
    content = await readConfigFile(file);
    if (!content.ok) throw new ConfigRefusedError('refused', message('error.configBroken', { file }));
    if (!content.writable) throw new ConfigRefusedError('refused', message('error.readOnly', { file }));
    if (before.ok && before.text !== content.text)
      throw new ConfigRefusedError('refused', message('error.configChanged', { file }));
  }

  async function write(next: Environment[]): Promise<void> {
    try {
      const config = { version: 1 as const, environments: next };
      const text = await writeConfigFile(file, config);
      content = { ok: true, text, config, writable: true } satisfies FileContent;
    } catch (error) {
      throw new ConfigRefusedError('unavailable', message('error.configWrite', { file, code: codeOf(error) }));
    }
  }

  async function save({ environment: sent, replaces, keepCredentials }: SaveRequest): Promise<SaveResult> {
    await mustBeWritable();
    const replaced = replaces === undefined ? undefined : find(replaces);
    if (replaces !== undefined && !replaced) throw noEnvironment(replaces);
    const restored = withStoredCredentials(sent, keepCredentials, replaced);
    if (restored.problems.length > 0) return { ok: false, problems: restored.problems };
    const parsed = environmentSchema.safeParse(restored.environment);
    if (!parsed.success) return { ok: false, problems: fieldProblems(parsed.error, restored.environment) };
    const saved = parsed.data;
    const problems = siteProblems(saved);
    if (saved.id !== replaces && find(saved.id)) problems.push({ path: ['id'], message: message('problem.sameId') });
    if (problems.length > 0) return { ok: false, problems };
    const next = replaced
      ? environments().map((environment) => (environment === replaced ? saved : environment))
      : [...environments(), saved];
    await write(next);
    return { ok: true, id: saved.id };
  }

  const revision = () =>
    createHash('sha256')
      .update((content.ok && content.text) || '')
      .digest('hex');

  async function putAll(put: readonly Environment[], shown: string): Promise<void> {
    await mustBeWritable();
    if (shown !== revision()) throw new ConfigRefusedError('refused', message('error.configShownChanged'));
    const ids = new Set(put.map(({ id }) => id));
    const replaced = environments().map((each) => put.find(({ id }) => id === each.id) ?? each);
    const known = new Set(replaced.map(({ id }) => id));
    const next = [...replaced, ...put.filter(({ id }) => !known.has(id))];
    const problems = put.flatMap(siteProblems);
    const [problem] = ids.size < put.length ? [{ message: message('problem.sameId') }] : problems;
    const said =
      problem?.message ??
      (configFileSchema.safeParse({ version: 1, environments: next }).success
        ? null
        : message('problem.tooManyEnvironments'));
    if (said) throw new ConfigRefusedError('refused', said);
    await write(next);
  }

  return {
    file,
    list: environments,
    revision,
    putAll: (put, shown) => inTurn(() => putAll(put, shown)),
    problem: () => (content.ok ? null : content.problem),
    readOnly: () => content.ok && !content.writable,
    editable(id) {
      const environment = find(id);
      if (!environment) throw noEnvironment(id);
      return toEditable(environment);
    },
    save: (request) => inTurn(() => save(request)),
    remove: (id) =>
      inTurn(async () => {
        await mustBeWritable();
        if (!find(id)) throw noEnvironment(id);
        await write(environments().filter((environment) => environment.id !== id));
      }),
  };
}
