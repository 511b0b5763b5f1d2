// Environments as one file that goes from console to console: written without secrets, read with the place of whatever is
// wrong, brought up from older versions, and compared with what is there before anything is taken over.
export { compareExchange } from './compare.ts';
export { type ReadEnvironment, type ReadExchange, readExchange } from './read.ts';
export { withStored } from './secrets.ts';
export { writeExchange } from './write.ts';
