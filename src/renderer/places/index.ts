// The places of the screen: what the address's fragment means, and how to go there.
// Known to the shell and to every feature that links.
export * from './href.ts';
export * from './route.ts';
export * from './use-route.ts';
