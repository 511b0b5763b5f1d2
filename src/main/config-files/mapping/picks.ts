import type { ConfigDocument } from '../document.ts';
import type { Place } from '../errors.ts';
import { isSecret } from '../xml/secrets.ts';
import type { XmlElement } from '../xml/tree.ts';
import { attributeValue, elementValue } from '../xml/values.ts';
import type { ConfigFileKind, FieldName } from './fields.ts';
import { FIELDS } from './fields.ts';
import type { Profile, ProfileField, ProfileFields } from './profile.ts';
import { checkProfile } from './profiles.ts';
import { type Condition, canBeCondition, type Step, selectorText } from './selector.ts';

/** A value of a sample file that a field can be pointed at. */
export interface PickableValue {
  /** Finds this value and no other of the file. */
  selector: string;
  kind: 'attribute' | 'text';
  /** Null: a secret. */
  value: string | null;
  place: Place;
}

export interface PickOptions {
  /** Values whose text or selector has this in it, alone. */
  find?: string;
  /** At most so many. Default 2,000. */
  most?: number;
}

/** Attributes that tell elements of one name apart, the likeliest first. */
const NAMING = ['name', 'key', 'id', 'code', 'type', 'protocol'];
const MOST_VALUES = 2_000;

/** Every value of a file, in its order, each with a selector that finds it alone; `isCut`: there are more. */
export function pickableValues(
  document: ConfigDocument,
  { find = '', most = MOST_VALUES }: PickOptions = {},
): { values: PickableValue[]; isCut: boolean } {
  const values: PickableValue[] = [];
  const paths = new Paths(document);
  const wanted = find.toLowerCase();
  for (const element of elementsOf(document.root)) {
    for (const { offset, ...found } of valuesOf(document, element, paths)) {
      const isWanted = wanted === '' || `${found.selector} ${found.value ?? ''}`.toLowerCase().includes(wanted);
      if (!isWanted) continue;
      if (values.length >= most) return { values, isCut: true };
      values.push({ ...found, place: document.places.at(offset) });
    }
  }
  return { values, isCut: false };
}

/** Where a field was pointed at: a selector, or that with how the file writes the value. */
export type Pick = string | Partial<ProfileField>;

/**
 * A profile out of picks; of which file each field is follows from the field. Fields of `base` that were not pointed at
 * stay.
 */
export function profileOfPicks(
  name: string,
  picks: Readonly<Partial<Record<FieldName, Pick>>>,
  base?: Profile,
): ReturnType<typeof checkProfile> {
  const made: Partial<Record<ConfigFileKind, { fields: Record<string, unknown> }>> = structuredClone(
    (base?.files ?? {}) as Partial<Record<ConfigFileKind, { fields: ProfileFields }>>,
  );
  for (const [field, pick] of Object.entries(picks)) {
    const kind = FIELDS[field as FieldName].file;
    const fields = made[kind]?.fields ?? {};
    fields[field] = { required: true, ...(typeof pick === 'string' ? { selector: pick } : pick) };
    made[kind] = { fields };
  }
  return checkProfile({ version: 1, name, files: made });
}

function* elementsOf(root: XmlElement): Generator<XmlElement> {
  const waiting = [root];
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    yield element;
    for (const child of element.children.toReversed()) waiting.push(child);
  }
}

type FoundValue = Omit<PickableValue, 'place'> & { offset: number };

function* valuesOf(document: ConfigDocument, element: XmlElement, paths: Paths): Generator<FoundValue> {
  for (const attribute of element.attributes) {
    const selector = paths.selector(element, attribute.name);
    const value = isSecret(document, element, attribute.name) ? null : attributeValue(document, attribute);
    yield { selector, kind: 'attribute', value, offset: attribute.from };
  }
  const [run, another] = element.runs;
  if (element.children.length > 0 || another) return;
  // An element without attributes and text may be there to be filled.
  if (!run && element.attributes.length > 0) return;
  const value = isSecret(document, element, null) ? null : elementValue(document, element);
  const offset = run?.from ?? (element.isSelfClosed ? element.from : element.startTagTo);
  yield { selector: paths.selector(element, null), kind: 'text', value, offset };
}

/** Selectors of elements; what is found out of the children of one element is kept for all of them. */
class Paths {
  readonly #document: ConfigDocument;
  readonly #families = new Map<XmlElement, Map<string, XmlElement[]>>();
  readonly #counts = new Map<XmlElement, Map<string, number>>();

  constructor(document: ConfigDocument) {
    this.#document = document;
  }

  selector(element: XmlElement, attribute: string | null): string {
    const steps: Step[] = [];
    for (let at: XmlElement | null = element; at; at = at.parent)
      steps.unshift({ name: at.name, conditions: this.#conditions(at, at === element ? attribute : null) });
    return selectorText({ steps, attribute });
  }

  /** What tells an element from its siblings of the same name; not the value itself that is pointed at. */
  #conditions(element: XmlElement, picked: string | null): Condition[] {
    const { parent } = element;
    if (!parent) return [];
    const siblings = this.#siblings(parent, element.name);
    if (siblings.length === 1) return [];
    const naming = [...NAMING, ...element.attributes.map(({ name }) => name).filter((name) => !NAMING.includes(name))];
    for (const name of naming) {
      const attribute = element.attributes.find((each) => each.name === name);
      if (!attribute || name === picked || isSecret(this.#document, element, name)) continue;
      const value = attributeValue(this.#document, attribute);
      if (this.#isOnly(parent, element.name, `@${name}`, value)) return [{ kind: 'attribute', name, value }];
    }
    for (const child of element.children) {
      if (!NAMING.includes(child.name)) continue;
      const value = elementValue(this.#document, child);
      if (this.#isOnly(parent, element.name, child.name, value)) return [{ kind: 'child', name: child.name, value }];
    }
    return [{ kind: 'position', position: siblings.indexOf(element) + 1 }];
  }

  #siblings(parent: XmlElement, name: string): XmlElement[] {
    let families = this.#families.get(parent);
    if (!families) {
      families = Map.groupBy(parent.children, (child) => child.name);
      this.#families.set(parent, families);
    }
    return families.get(name) ?? [];
  }

  /** Whether one sibling of the name alone has this value there, and the value can be written as a condition. */
  #isOnly(parent: XmlElement, name: string, where: string, value: string): boolean {
    if (value === '' || !canBeCondition(value) || value.length > 128) return false;
    let counts = this.#counts.get(parent);
    if (!counts) {
      counts = this.#count(parent);
      this.#counts.set(parent, counts);
    }
    return counts.get(JSON.stringify([name, where, value])) === 1;
  }

  #count(parent: XmlElement): Map<string, number> {
    const counts = new Map<string, number>();
    const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const element of parent.children) {
      const said = new Set<string>();
      for (const attribute of element.attributes)
        said.add(JSON.stringify([element.name, `@${attribute.name}`, attributeValue(this.#document, attribute)]));
      for (const child of element.children)
        if (NAMING.includes(child.name))
          said.add(JSON.stringify([element.name, child.name, elementValue(this.#document, child)]));
      for (const key of said) add(key);
    }
    return counts;
  }
}
