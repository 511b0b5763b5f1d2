// What the checks find amiss, across all pairs: what matters most first, to be filtered, each with its remedy.
// What is not known for want of configuration stays out of the way until it is asked for.
export * from './shown-troubles.ts';
export * from './troubles-page.tsx';
