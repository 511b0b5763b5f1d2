// Programs that a site lets the console run (fence hooks, stopping and starting an instance): as an argument array, never
// by a shell, with nothing of the console's environment, ended with all they started when their time is over.
export * from './port.ts';
export { createCommandRunner } from './runner.ts';
