// What both shells send with the screen's files: the content type of each, and the headers that keep a page harmless.
// One place, so that neither shell can be laxer than the other by oversight.
export * from './screen-answers.ts';
