import { type Message, message } from '#shared/domain';
import type { OpenStep } from '#shared/setup';

/** What is open of a set-up, and what that means; null: nothing is. */
export function openMessage([first, ...others]: readonly OpenStep[]): Message | null {
  if (!first) return null;
  const params = { step: `screen.setup.step.${first.step}`, consequence: `setup.consequence.${first.step}` };
  if (others.length > 0) return message('setup.open.several', { ...params, count: others.length + 1 });
  return message(`setup.open.${first.state}`, params);
}

/** What is to be done about it. */
export function openNext([first]: readonly OpenStep[]): Message | null {
  return first ? message('setup.open.next', { step: `screen.setup.step.${first.step}` }) : null;
}
