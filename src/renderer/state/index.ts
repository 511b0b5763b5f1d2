// What the screen holds: the link with its topics and calls, beats in ring buffers, the ticking time, preferences.
// Main owns the truth; components select narrowly.
export * from './beat-ring.ts';
export * from './beat-store.ts';
export * from './call-error.ts';
export * from './freshness.ts';
export * from './hooks.ts';
export * from './link.ts';
export * from './preferences.ts';
