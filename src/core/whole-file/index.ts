// A file replaced in one step: whoever reads it, and whatever ends the writing — a crash, a full disk — finds the old
// content or the new one, whole.
export { OwnerNotKeptError, type WholeFileOptions, writeWholeFile } from './write.ts';
