import { message } from '#shared/domain';
import type { ConfigDocument } from '../document.ts';
import type { ConfigFinding } from './findings.ts';

/** Fewer characters of real GBK may look like UTF-8 by chance, as 联通 famously does. */
const LEAST_CHARACTERS = 6;

/** A file that says GBK, all of whose Chinese is well-formed UTF-8: somebody has saved it in an editor of today. */
export function declarationFindings({ file, bytes, encoding, places }: ConfigDocument): ConfigFinding[] {
  if (encoding === 'utf-8') return [];
  const characters = charactersAsUtf8(bytes);
  if (characters < LEAST_CHARACTERS) return [];
  const said = message('configFile.otherEncodingLikely', { file, encoding: encoding.toUpperCase() });
  return [{ severity: 'warning', field: null, said, place: places.at(0) }];
}

/** How many characters beyond ASCII there are, read as UTF-8; 0 where it is none. */
function charactersAsUtf8(bytes: Uint8Array): number {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.match(/[^\p{ASCII}]/gu)?.length ?? 0;
  } catch {
    // It is not UTF-8, as it says.
    return 0;
  }
}
