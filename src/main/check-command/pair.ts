import type { Environment, PairConfig } from '#shared/domain';

export interface ChosenPair {
  environment: Environment;
  pair: PairConfig;
}

/** The pair that a name means: an id, `environment/pair`, or a node name; or one line that says why there is none. */
export function choosePair(environments: readonly Environment[], name: string): ChosenPair | { line: string } {
  const all = environments.flatMap((environment) => environment.pairs.map((pair) => ({ environment, pair })));
  const found = all.filter(
    ({ environment, pair }) => pair.id === name || pair.node === name || `${environment.id}/${pair.id}` === name,
  );
  const [chosen, another] = found;
  const names = (pairs: readonly ChosenPair[]) =>
    pairs
      .slice(0, 10)
      .map(({ environment, pair }) => `${environment.id}/${pair.id}`)
      .join(', ');
  if (!chosen)
    return {
      line: `check: --pair ${JSON.stringify(name)} is not in the configuration; there is ${names(all) || 'none'}`,
    };
  if (another) return { line: `check: --pair ${JSON.stringify(name)} is not unique: ${names(found)}` };
  return chosen;
}
