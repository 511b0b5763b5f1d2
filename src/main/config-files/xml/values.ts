import type { DecodedFile } from '../text/decode.ts';
import { withoutReferences } from './references.ts';
import type { TextRun, XmlAttribute, XmlElement } from './tree.ts';

const CDATA = { begin: '<![CDATA[', end: ']]>' };

/** What an attribute says: references resolved, line ends and tabs as spaces, as XML has it. */
export function attributeValue(source: DecodedFile, attribute: XmlAttribute): string {
  return withoutReferences(source.textOf(attribute).replace(/\r\n|[\t\r\n]/g, ' '));
}

/** What a run of text and CDATA says. */
export function runValue(source: DecodedFile, run: TextRun): string {
  const skeleton = source.skeleton.slice(run.from, run.to);
  const parts: string[] = [];
  for (let at = 0; at < skeleton.length; ) {
    const isCdata = skeleton.startsWith(CDATA.begin, at);
    const found = skeleton.indexOf(isCdata ? CDATA.end : CDATA.begin, at);
    const to = found < 0 ? skeleton.length : found;
    const from = isCdata ? at + CDATA.begin.length : at;
    const text = source.textOf({ from: run.from + from, to: run.from + to }).replace(/\r\n?/g, '\n');
    parts.push(isCdata ? text : withoutReferences(text));
    at = isCdata ? to + CDATA.end.length : to;
  }
  return parts.join('');
}

/** What an element's own text says; several runs are joined. */
export function elementValue(source: DecodedFile, element: XmlElement): string {
  return element.runs.map((run) => runValue(source, run)).join('');
}

/** The content of a run that is CDATA and nothing else, joints of sections within it; undefined: it is not. */
export function onlyCdata(source: DecodedFile, { from, to }: TextRun): { from: number; to: number } | undefined {
  const skeleton = source.skeleton.slice(from, to);
  for (let at = 0; at < skeleton.length; ) {
    if (!skeleton.startsWith(CDATA.begin, at)) return undefined;
    at = skeleton.indexOf(CDATA.end, at) + CDATA.end.length;
  }
  return { from: from + CDATA.begin.length, to: to - CDATA.end.length };
}
