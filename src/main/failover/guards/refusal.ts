import type { Message } from '#shared/domain';

/** A switchover that was asked for and not begun; `said` tells the operator why. */
export class SwitchoverRefused extends Error {
  readonly said: Message;
  constructor(said: Message) {
    super(said.key);
    this.name = 'SwitchoverRefused';
    this.said = said;
  }
}
