import type { Order } from '#shared/domain';

/** An order as UFT has it. */
export interface UftOrder {
  key: string;
  order: Order;
  /** Of the first write of the key. */
  lsn: number;
  epoch: number;
  /** How often the key was written: more than once means that something was applied twice. */
  times: number;
}
