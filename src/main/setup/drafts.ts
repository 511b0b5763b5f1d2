import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonBreak, placeAt } from '#core/json-text';
import { writeWholeFile } from '#core/whole-file';
import { type Message, message } from '#shared/domain';
import { type BrokenDraft, type SetupDraft, setupDraftSchema } from '#shared/setup';

const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** A draft names servers, users and directories: its owner's alone. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** The drafts, each in a file of its own. Changes count once they are written; the latest of several wins. */
export interface DraftStore {
  list(): readonly SetupDraft[];
  get(id: string): SetupDraft | undefined;
  /** Files that are no drafts: left as they are. */
  broken(): readonly BrokenDraft[];
  /** Keeps the draft now, and writes it; rejects where that fails. */
  put(draft: SetupDraft): Promise<void>;
  remove(id: string): Promise<void>;
  /** Resolves once everything that was put is written. */
  settled(): Promise<void>;
}

/** Opens the drafts of a directory; null: they are kept in memory, and end with the console. */
export async function openDraftStore(directory: string | null): Promise<DraftStore> {
  const drafts = new Map<string, SetupDraft>();
  const broken: BrokenDraft[] = [];
  let queue: Promise<unknown> = Promise.resolve();
  if (directory !== null) await load(directory, drafts, broken);

  function inTurn(change: () => Promise<void>): Promise<void> {
    const done = queue.then(change);
    queue = done.catch(() => undefined);
    return done;
  }

  return {
    list: () => [...drafts.values()].sort((a, b) => b.changedAtMs - a.changedAtMs),
    get: (id) => drafts.get(id),
    broken: () => broken,
    put(draft) {
      drafts.set(draft.id, draft);
      if (directory === null) return Promise.resolve();
      return inTurn(async () => {
        const latest = drafts.get(draft.id);
        // A later change has taken its place in the queue and brings it along.
        if (latest !== draft) return;
        await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
        await writeWholeFile(
          fileOf(directory, draft.id),
          `${JSON.stringify(setupDraftSchema.parse(latest), null, 1)}\n`,
          {
            mode: FILE_MODE,
          },
        );
      });
    },
    remove(id) {
      drafts.delete(id);
      if (directory === null) return Promise.resolve();
      return inTurn(() => rm(fileOf(directory, id), { force: true }));
    },
    settled: () => inTurn(async () => {}),
  };
}

const fileOf = (directory: string, id: string) => join(directory, `${id}.json`);

async function load(directory: string, drafts: Map<string, SetupDraft>, broken: BrokenDraft[]) {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    broken.push({ file: directory, reason: message('setup.draft.unreadable', { code: error.code ?? error.message }) });
    return [];
  });
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const file = join(directory, name);
    const read = draftOf(await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error), name);
    if ('reason' in read) broken.push({ file, reason: read.reason });
    else drafts.set(read.draft.id, interrupted(read.draft));
  }
}

/** The draft in a file's text, or what is wrong: by its place alone, whatever stands there. */
function draftOf(text: string | NodeJS.ErrnoException, name: string): { draft: SetupDraft } | { reason: Message } {
  if (typeof text !== 'string')
    return { reason: message('setup.draft.unreadable', { code: text.code ?? text.message }) };
  if (text.length > MAX_FILE_BYTES)
    return { reason: message('setup.draft.tooLarge', { characters: text.length, most: MAX_FILE_BYTES }) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: message('setup.draft.notJson', { ...placeAt(text, jsonBreak(text)) }) };
  }
  const parsed = setupDraftSchema.safeParse(value);
  if (!parsed.success)
    return { reason: message('setup.draft.wrong', { field: parsed.error.issues[0]?.path.join('.') || '–' }) };
  // A copy under another name would take the place of the draft that it was made of.
  return fileOf('', parsed.data.id) === name
    ? { draft: parsed.data }
    : { reason: message('setup.draft.otherName', { id: parsed.data.id }) };
}

/** What was under way when the console ended is under way no longer. */
function interrupted(draft: SetupDraft): SetupDraft {
  const probes = Object.fromEntries(
    Object.entries(draft.probes).map(([step, run]) => [
      step,
      run.state === 'running' ? { ...run, state: 'cancelled' as const } : run,
    ]),
  );
  const applied = draft.applied && {
    ...draft.applied,
    state: draft.applied.state === 'running' ? ('failed' as const) : draft.applied.state,
    changes: draft.applied.changes.map((change) =>
      change.state === 'running' || change.state === 'pending'
        ? { ...change, state: change.state === 'running' ? ('failed' as const) : ('skipped' as const) }
        : change,
    ),
  };
  return { ...draft, probes, applied };
}
