// The catalogues: every user-visible sentence in Chinese and English, by key. `{{name}}` stands for a parameter.
// A section a module that says something, and in `screen` a section a screen, or a part of one.
export * from './catalogue.ts';
export { saidParams } from './moments.ts';
export { problemMessage, type SchemaIssue } from './problems.ts';
export type { ScreenKey } from './screen/index.ts';
