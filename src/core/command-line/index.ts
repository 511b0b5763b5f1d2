// Command lines of the product's programs: options read strictly, what is wrong with them in one line, and output that
// outlives its reader. Knows no program's options.
export * from './closed-pipe.ts';
export * from './command-line.ts';
