import type { ConfigDocument } from '../document.ts';
import type { Spot } from '../mapping/select.ts';
import { onlyCdata } from '../xml/values.ts';
import { asCdata, asText, inQuotes } from '../xml/writing.ts';

/** Which bytes a new value takes the place of, and as what it is written there: in the manner of what was there. */
export function replacement(
  document: ConfigDocument,
  { element, attribute }: Spot,
  value: string,
): { range: { from: number; to: number }; text: string } {
  if (attribute) return { range: { from: attribute.from, to: attribute.to }, text: inQuotes(value, attribute.quote) };
  const [run] = element.runs;
  if (run) {
    const cdata = onlyCdata(document, run);
    return cdata ? { range: cdata, text: asCdata(value) } : { range: run, text: asText(value) };
  }
  if (!element.isSelfClosed)
    return { range: { from: element.startTagTo, to: element.startTagTo }, text: asText(value) };
  // `<a/>` has no inside: it becomes `<a>value</a>`.
  const range = { from: element.startTagTo - '/>'.length, to: element.startTagTo };
  return { range, text: `>${asText(value)}</${element.name}>` };
}
