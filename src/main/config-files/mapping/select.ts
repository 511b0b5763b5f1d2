import type { ConfigDocument } from '../document.ts';
import type { XmlAttribute, XmlElement } from '../xml/tree.ts';
import { attributeValue, elementValue } from '../xml/values.ts';
import { type Condition, type Selector, type Step, selectorText } from './selector.ts';

/** Where a value stands. */
export interface Spot {
  element: XmlElement;
  /** Null: the element's own text. */
  attribute: XmlAttribute | null;
}

export type Selection =
  | { kind: 'one'; spot: Spot }
  | { kind: 'many'; spots: Spot[] }
  /** `within`: the deepest element of the path that is there; null: not even the root. `rest`: what is not. */
  | { kind: 'none'; within: XmlElement | null; rest: string };

/** Finds the values that a selector means. */
export function select(document: ConfigDocument, selector: Selector): Selection {
  let reached: XmlElement[] = [];
  for (const [index, step] of selector.steps.entries()) {
    // Positions count within one parent.
    const families = index === 0 ? [[document.root]] : reached.map((element) => element.children);
    const found = families.flatMap((siblings) => narrowed(document, siblings, step));
    if (found.length === 0) {
      const rest = selectorText({ steps: selector.steps.slice(index), attribute: selector.attribute });
      return { kind: 'none', within: reached[0] ?? null, rest };
    }
    reached = found;
  }
  const spots = reached.flatMap((element) => spotsOf(element, selector.attribute));
  const [first, second] = spots;
  if (first && second) return { kind: 'many', spots };
  if (first) return { kind: 'one', spot: first };
  return { kind: 'none', within: reached[0] ?? null, rest: `/@${selector.attribute ?? ''}` };
}

function spotsOf(element: XmlElement, attribute: string | null): Spot[] {
  if (attribute === null) return [{ element, attribute: null }];
  const found = element.attributes.find(({ name }) => name === attribute);
  return found ? [{ element, attribute: found }] : [];
}

function narrowed(document: ConfigDocument, siblings: readonly XmlElement[], step: Step): XmlElement[] {
  let left = siblings.filter(({ name }) => name === step.name);
  for (const condition of step.conditions)
    left = left.filter((element, index) => meets(document, element, index, condition));
  return left;
}

function meets(document: ConfigDocument, element: XmlElement, index: number, condition: Condition): boolean {
  if (condition.kind === 'position') return index + 1 === condition.position;
  if (condition.kind === 'attribute') {
    const attribute = element.attributes.find(({ name }) => name === condition.name);
    return attribute !== undefined && attributeValue(document, attribute) === condition.value;
  }
  return element.children.some(
    (child) => child.name === condition.name && elementValue(document, child) === condition.value,
  );
}

/** The value at a spot. */
export function spotValue(document: ConfigDocument, { element, attribute }: Spot): string {
  return attribute ? attributeValue(document, attribute) : elementValue(document, element);
}

/** The offset that a person is shown: where the value begins, or would. */
export function spotOffset({ element, attribute }: Spot): number {
  return attribute?.from ?? element.runs[0]?.from ?? (element.isSelfClosed ? element.from : element.startTagTo);
}
