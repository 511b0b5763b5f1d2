import type { Clock } from '#core/clock';
import type { EnvironmentStore } from '#main/environments';
import { compareExchange, type ReadEnvironment, readExchange, withStored, writeExchange } from '#main/exchange';
import { CommandError } from '#main/ipc';
import type { ImportPreview } from '#shared/contract';
import { type Message, message } from '#shared/domain';

export type EnvironmentExchange = ReturnType<typeof createExchange>;

interface ImportRequest {
  text: string;
  revision: string;
  choices: readonly { id: string; action: 'add' | 'replace' }[];
}

/** What leaves and enters the configuration as one file. Throws CommandError, and what the store refuses. */
export function createExchange(
  store: EnvironmentStore,
  clock: Pick<Clock, 'wallMs'>,
  /** What was done is an event. */
  record: (said: Message) => void,
) {
  return {
    export(ids: readonly string[] | null): { fileName: string; text: string } {
      const chosen = ids === null ? store.list() : store.list().filter(({ id }) => ids.includes(id));
      const lacking = ids?.find((id) => !chosen.some((each) => each.id === id));
      if (lacking !== undefined) throw new CommandError('not-found', message('error.noEnvironment', { id: lacking }));
      const what = ids?.length === 1 ? ids[0] : 'environments';
      const text = writeExchange(chosen);
      const read = readExchange(text);
      if (!read.ok) throw new CommandError('refused', read.problems[0]?.message ?? message('exchange.notJson'));
      return { fileName: `kuantu-${what}-${new Date(clock.wallMs()).toISOString().slice(0, 10)}.json`, text };
    },

    preview(text: string): ImportPreview {
      const read = readExchange(text);
      if (!read.ok) return { ok: false, problems: read.problems };
      const { version, environments, ignored } = read;
      const items = compareExchange(environments, store.list());
      return { ok: true, version, revision: store.revision(), items, ignored };
    },

    /** Takes over what was chosen in one write, with the secrets that are stored here. */
    async import({ text, revision, choices }: ImportRequest): Promise<{ added: string[]; replaced: string[] }> {
      const read = readExchange(text);
      if (!read.ok) throw new CommandError('refused', read.problems[0]?.message ?? message('exchange.notJson'));
      const taken = choices.map(({ id, action }) => chosenOf(read.environments, store, id, action));
      await store.putAll(taken, revision);
      const of = (action: string) => choices.filter((choice) => choice.action === action).map(({ id }) => id);
      const result = { added: of('add'), replaced: of('replace') };
      const named = (ids: readonly string[]) => ids.join(', ') || '–';
      record(message('exchange.imported', { added: named(result.added), replaced: named(result.replaced) }));
      return result;
    },
  };
}

/** Nothing is put over another one unless that was said, and nothing added that was meant to replace. */
function chosenOf(read: readonly ReadEnvironment[], store: EnvironmentStore, id: string, action: 'add' | 'replace') {
  const found = read.find(({ environment }) => environment.id === id);
  if (!found) throw new CommandError('not-found', message('error.noEnvironment', { id }));
  const stored = store.list().find((each) => each.id === id);
  if (action === 'add' && stored) throw new CommandError('refused', message('exchange.isThere', { id }));
  if (action === 'replace' && !stored) throw new CommandError('not-found', message('error.noEnvironment', { id }));
  return withStored(found.environment, found.credentialSystems, stored).environment;
}
