// Words and figures of the screen: i18next over the shared catalogues, and cached Intl formatters.
// Everything a person reads goes through useWords().
export * from './formats.ts';
export * from './policy-label.ts';
export * from './words.ts';
