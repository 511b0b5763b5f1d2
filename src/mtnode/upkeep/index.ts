// What a running instance does by itself, beside answering: hello to its primary, looking after its right to serve, and
// what goes between its data, which knows nothing of leadership, and the rest.
export { createData, DataLink } from './data-link.ts';
export { DataNews } from './data-news.ts';
export { Hello } from './hello.ts';
export { LeaseKeeper } from './lease-keeper.ts';
export { Registering } from './registering.ts';
export { UPKEEP_MS } from './upkeep-ms.ts';
