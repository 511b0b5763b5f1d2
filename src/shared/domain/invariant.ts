import type { Message } from './message.ts';

/**
 * What must never be so, and would be by the next thing that is done: it is not done. Whoever throws it has looked at
 * what it knows itself; that it comes up at all is a defect, of this product or of what it was told.
 */
export class InvariantBroken extends Error {
  readonly said: Message;
  constructor(said: Message) {
    super(`${said.key} ${JSON.stringify(said.params)}`);
    this.name = 'InvariantBroken';
    this.said = said;
  }
}
