import type { NodeTarget } from './port.ts';

/** A number of 990001–990099 on a connector of a real site: only the practice node may be sent one. */
export class PracticeFunctionError extends Error {
  readonly functionNumber: number;
  readonly target: NodeTarget;
  constructor(functionNumber: number, target: NodeTarget) {
    super(`function ${functionNumber} is practice-only and was not sent to ${target.host}:${target.t2Port}`);
    this.name = 'PracticeFunctionError';
    this.functionNumber = functionNumber;
    this.target = target;
  }
}
