import type { Host } from '#main/hosts';
import { must } from './files.ts';
import { parseChain } from './nft.ts';
import type { NftChain } from './step.ts';

/** Takes the rule of that comment out of its chain; false: there is none. Throws StepCommandError. */
export async function removeRule(
  host: Host,
  { chain: { family, table, chain }, comment }: { chain: NftChain; comment: string },
): Promise<boolean> {
  const { stdout } = await must(host, ['nft', '-n', '-a', 'list', 'chain', family, table, chain]);
  const found = parseChain(stdout.toString('utf8')).find((rule) => rule.comment === comment);
  if (!found) return false;
  await must(host, ['nft', 'delete', 'rule', family, table, chain, 'handle', found.handle]);
  return true;
}
