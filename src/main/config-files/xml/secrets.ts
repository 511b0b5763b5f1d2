import type { DecodedFile } from '../text/decode.ts';
import type { XmlElement } from './tree.ts';
import { attributeValue, elementValue } from './values.ts';

const SECRET = /passw|pwd|secret|token|credential/i;
/** The file that a secret is in is none. */
const NO_SECRET = /(file|path|dir|directory)$/i;
/** Where files of names and values have their names. */
const NAMING = ['name', 'key', 'id'];

/** Whether what has this name is kept from people's eyes, and out of what they copy. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) && !NO_SECRET.test(name);
}

/** Whether a value is a secret: of an attribute, or with null of the element's own text. */
export function isSecret(source: DecodedFile, element: XmlElement, attribute: string | null): boolean {
  if (attribute !== null)
    return isSecretName(attribute) || (!NAMING.includes(attribute) && isNamedSecret(source, element));
  if (isSecretName(element.name)) return true;
  if (NAMING.includes(element.name)) return false;
  return isNamedSecret(source, element) || (element.parent !== null && isNamedSecret(source, element.parent));
}

/** Each element is asked for every value in it. */
const namedSecrets = new WeakMap<XmlElement, boolean>();

/** `<param name="password">…</param>`, or `<param><name>password</name><value>…</value></param>`. */
function isNamedSecret(source: DecodedFile, element: XmlElement): boolean {
  let isNamed = namedSecrets.get(element);
  if (isNamed === undefined) {
    isNamed = hasSecretName(source, element);
    namedSecrets.set(element, isNamed);
  }
  return isNamed;
}

function hasSecretName(source: DecodedFile, { attributes, children }: XmlElement): boolean {
  const isNaming = ({ name }: { name: string }) => NAMING.includes(name);
  return (
    attributes.some((attribute) => isNaming(attribute) && isSecretName(attributeValue(source, attribute))) ||
    children.some((child) => isNaming(child) && isSecretName(elementValue(source, child)))
  );
}
