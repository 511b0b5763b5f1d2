// Command lines of the product's programs: options read strictly, and what is wrong with them in one line.
// Knows no program's options.
export * from './command-line.ts';
