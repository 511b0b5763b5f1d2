import type { Environment } from '#shared/domain';
import { portable } from './secrets.ts';
import { EXCHANGE_FORMAT, EXCHANGE_VERSION } from './upgrade.ts';

/** Environments as one file for another console, without secrets; the same environments make the same text. */
export function writeExchange(environments: readonly Environment[]): string {
  const file = { format: EXCHANGE_FORMAT, version: EXCHANGE_VERSION, environments: environments.map(portable) };
  return `${JSON.stringify(file, null, 2)}\n`;
}
