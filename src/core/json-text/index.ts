// Where things stand in a JSON text, by line and column: what JSON.parse does not say.
// Nothing of the text is ever quoted, since it may hold secrets.
export { jsonBreak } from './break.ts';
export { deeperThan, jsonPlaces, placeAt, pointer, type TextPlace, undecodedAt } from './places.ts';
