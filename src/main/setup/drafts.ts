import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWholeFile } from '#core/whole-file';
import { type SetupDraft, setupDraftSchema } from '#shared/setup';

const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** A draft names servers, users and directories: its owner's alone. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** The drafts, each in a file of its own. Changes count once they are written; the latest of several wins. */
export interface DraftStore {
  list(): readonly SetupDraft[];
  get(id: string): SetupDraft | undefined;
  /** Files that are no drafts: left as they are. */
  broken(): readonly { file: string; detail: string }[];
  /** Keeps the draft now, and writes it; rejects where that fails. */
  put(draft: SetupDraft): Promise<void>;
  remove(id: string): Promise<void>;
  /** Resolves once everything that was put is written. */
  settled(): Promise<void>;
}

/** Opens the drafts of a directory; null: they are kept in memory, and end with the console. */
export async function openDraftStore(directory: string | null): Promise<DraftStore> {
  const drafts = new Map<string, SetupDraft>();
  const broken: { file: string; detail: string }[] = [];
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

async function load(directory: string, drafts: Map<string, SetupDraft>, broken: { file: string; detail: string }[]) {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    broken.push({ file: directory, detail: error.message });
    return [];
  });
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const file = join(directory, name);
    try {
      const text = await readFile(file, 'utf8');
      if (text.length > MAX_FILE_BYTES) throw new Error(`${text.length} characters`);
      const draft = interrupted(setupDraftSchema.parse(JSON.parse(text)));
      drafts.set(draft.id, draft);
    } catch (error) {
      broken.push({ file, detail: detailOf(error) });
    }
  }
}

function detailOf(error: unknown): string {
  if (error instanceof Error && error.name === 'ZodError') {
    const [issue] = JSON.parse(error.message) as { path: (string | number)[]; message: string }[];
    if (issue) return `${issue.path.join('.') || '(whole)'}: ${issue.message}`;
  }
  return error instanceof Error ? error.message : String(error);
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
