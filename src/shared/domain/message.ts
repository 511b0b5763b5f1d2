/** A sentence for a person, as a key of the i18n catalogues and its parameters: main never writes the words. */
export interface Message {
  key: string;
  params: Record<string, string | number>;
}

/** Makes a {@link Message}. */
export function message(key: string, params: Record<string, string | number> = {}): Message {
  return { key, params };
}
