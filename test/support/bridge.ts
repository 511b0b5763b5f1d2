import type { App } from '#main/app';
import {
  applyChanges,
  type Command,
  type CommandInput,
  type CommandOutput,
  type ServerMessage,
  type StateTopic,
  type TopicStates,
} from '#shared/contract';

type Reply = Extract<ServerMessage, { t: 'reply' }>;

/** A screen in this very process: everything crosses as JSON would, except that typed arrays stay what they are. */
export function connectScreen(app: App) {
  const states = new Map<string, { version: number; value: unknown }>();
  const waiting = new Map<number, (reply: Reply) => void>();
  const beats: Extract<ServerMessage, { t: 'beats' }>[] = [];
  const gaps: string[] = [];
  let calls = 0;

  function take(message: ServerMessage): void {
    if (message.t === 'reply') waiting.get(message.id)?.(message);
    else if (message.t === 'beats') beats.push(message);
    else if (message.t === 'snapshot')
      states.set(message.topic, { version: message.version, value: structuredClone(message.value) });
    else takeChange(message);
  }

  function takeChange(message: Extract<ServerMessage, { t: 'change' }>): void {
    const state = states.get(message.topic);
    if (!state || message.version !== state.version + 1) {
      gaps.push(`${message.topic} ${message.version}`);
      return;
    }
    const value = applyChanges(state.value, structuredClone(message.changes));
    states.set(message.topic, { version: message.version, value });
  }

  const session = app.connect({ send: take, pendingBytes: () => 0 }, 'test');
  return {
    beats,
    /** Changes that did not follow the version before. */
    gaps,
    session,
    subscribe: (topic: string) => session.receive({ t: 'subscribe', topic }),
    state: <T extends StateTopic>(topic: T) => states.get(topic)?.value as TopicStates[T],
    /** The value, or the wire error thrown. */
    call<C extends Command>(command: C, input: CommandInput<C>): Promise<CommandOutput<C>> {
      calls += 1;
      const id = calls;
      return new Promise((resolve, reject) => {
        waiting.set(id, (reply) => (reply.ok ? resolve(reply.value as CommandOutput<C>) : reject(reply.error)));
        session.receive({ t: 'call', id, command, input });
      });
    },
  };
}
