/**
 * The file of the worker thread `name`. In the sources it is `name.ts` beside the caller, whose `import.meta.url` is
 * `here`; in a build it is the bundle `name.js`, and the caller is in a bundle beside it or in a chunk one folder below.
 */
export function workerFile(name: string, here: string): URL {
  if (here.endsWith('.ts')) return new URL(`${name}.ts`, here);
  return new URL(/\/chunks\/[^/]*$/.test(here) ? `../${name}.js` : `${name}.js`, here);
}
