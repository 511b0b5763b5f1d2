/** A number that may be left out: for fields that are empty unless somebody writes one. */
export function optionalNumber(typed: unknown): number | undefined {
  const isEmpty = typed === undefined || typed === null || typed === '' || Number.isNaN(typed);
  return isEmpty ? undefined : Number(typed);
}
