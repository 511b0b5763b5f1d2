// One change on one server at a time: looked at first, shown as a diff, made with a backup, and taken back. What is there
// already is left alone; what is somebody else's stops it. Everything runs on #main/hosts.
export { unifiedDiff } from './diff.ts';
export * from './run.ts';
export * from './sight.ts';
export * from './step.ts';
