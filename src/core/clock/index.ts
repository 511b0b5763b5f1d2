// Time and randomness as ports: decisions take a Clock and a Random, and never touch the machine's own.
// `systemClock`, `machineClock` and `systemRandom` are the real ones; tests and the simulation hand in virtual ones.
export type { Clock, Random, Timer } from './clock.ts';
export { machineClock, systemClock, systemRandom } from './system.ts';
export { DeadlineError, every, sleep, withDeadline } from './wait.ts';
