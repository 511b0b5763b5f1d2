/** One rule of a chain as `nft -a` lists it. */
interface ListedRule {
  rule: string;
  comment: string;
  handle: string;
}

/** Reads the rules with comments out of `nft -n -a list chain`. */
export function parseChain(text: string): ListedRule[] {
  return [...text.matchAll(/^\s*(.*?) comment "([^"]*)" # handle (\d+)$/gm)].map(
    ([, rule = '', comment = '', handle = '']) => ({
      rule: rule.replace(/ counter packets \d+ bytes \d+/, ''),
      comment,
      handle,
    }),
  );
}

/** A rule as nft would list it. */
export function ruleText(words: readonly string[]): string {
  return words.join(' ');
}
