import { z } from 'zod';
import type { Clock } from '#core/clock';
import { createT2Connector } from '#main/nodes';
import { FUNCTIONS, type PairConfig } from '#shared/domain';
import { systemInfoReplySchema } from '#shared/protocol';
import type { NodeAnswer, NodeSight } from './ports.ts';

const CALL_TIMEOUT_MS = 2_000;
const MAX_RAW_CHARACTERS = 400;
/** A vendor's node may say no more than this (F9), and as text. */
const svrModeSchema = z.looseObject({ svr_mode: z.union([z.number(), z.string().regex(/^\d$/).transform(Number)]) });

/** Asks the instances of a pair for 1403040, each once. */
export function createNodeSight(pair: PairConfig, clock: Clock): NodeSight {
  const connect = createT2Connector({ clock });
  const answers = new Map<string, Promise<NodeAnswer>>();

  async function ask(name: string): Promise<NodeAnswer> {
    const instance = pair.instances.find((each) => each.name === name);
    if (!instance) return { kind: 'silent', detail: `no instance ${name}` };
    const { host, t2Port, f2Port } = instance;
    const connector = connect({ host, t2Port, f2Port });
    try {
      const outcome = await connector.call(FUNCTIONS.systemInfo, {}, CALL_TIMEOUT_MS);
      if (!outcome.reply) return { kind: 'silent', detail: `1403040: ${outcome.class}, ${outcome.detail}` };
      return {
        kind: 'answered',
        svrMode: svrModeSchema.safeParse(outcome.reply).data?.svr_mode ?? null,
        info: systemInfoReplySchema.safeParse(outcome.reply).data ?? null,
        raw: JSON.stringify(outcome.reply).slice(0, MAX_RAW_CHARACTERS),
      };
    } finally {
      connector.close();
    }
  }

  return {
    systemInfo(name) {
      const answer = answers.get(name) ?? ask(name);
      answers.set(name, answer);
      return answer;
    },
  };
}
