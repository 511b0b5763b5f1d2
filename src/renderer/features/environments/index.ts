// Environments: the list, and the form that adds and edits one, checked by the schema of the configuration file.
// Stored credentials never come to the screen; left empty, they stay.
export * from './environment-form.tsx';
export * from './environment-pages.tsx';
export * from './environments-page.tsx';
export * from './form-values.ts';
export * from './resolver.ts';
export { type ServerValues, serverValues, toServer } from './server-values.ts';
